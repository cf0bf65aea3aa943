"""Why events may say no, with the sentence shown to the person."""

from typing import ClassVar

from shared.contracts.refusal import Invalid, NotFound, Refused


class EventNotFound(NotFound):
    """The event does not exist, or is not published and this person is not of the agency."""

    reason = "Cette soirée n’existe pas, ou n’est pas encore annoncée."


class RegistrationNotFound(NotFound):
    """The registration does not exist."""

    reason = "Cette inscription n’existe pas, ou n’existe plus."


class EventFull(Refused):
    """No seat left and no waiting list."""

    type: ClassVar[str] = "event-full"
    reason = "Cette soirée est complète et n’a pas de liste d’attente."


class RegistrationsClosed(Refused):
    """The event is cancelled, or not open."""

    type: ClassVar[str] = "registrations-closed"
    reason = "Cette soirée est annulée\u00a0: les inscriptions sont fermées."


class EventOver(Refused):
    """It has begun or is past."""

    type: ClassVar[str] = "event-over"
    reason = "Cette soirée a commencé ou a déjà eu lieu\u00a0: les inscriptions sont fermées."


class NotADraft(Refused):
    """Published twice, or published after a cancellation."""

    type: ClassVar[str] = "not-a-draft"
    reason = "Cette soirée est déjà publiée ou annulée."


class ChangedMeanwhile(Refused):
    """Somebody else saved first."""

    type: ClassVar[str] = "changed-meanwhile"
    reason = (
        "Cette soirée a été modifiée entre-temps par une autre personne. "
        "Ce que vous avez saisi est conservé ci-dessous\u00a0: vérifiez, puis enregistrez."
    )


class CapacityTooLow(Invalid):
    """More people are seated than the new capacity."""

    type: ClassVar[str] = "capacity-too-low"


class UnknownCommune(Invalid):
    """No commune of the territory answers to this code or name."""

    type: ClassVar[str] = "unknown-commune"
    reason = (
        "Commune inconnue. Donnez son nom ou son code INSEE, par exemple «\u00a0Vendôme "
        "(41269)\u00a0»."
    )


class UnknownKind(Invalid):
    """No such kind of event."""

    type: ClassVar[str] = "unknown-kind"
    reason = "Ce type d’événement n’existe pas."


class KeyMissing(Refused):
    """The Idempotency-Key header is compulsory: without it a retry could take two seats."""

    type: ClassVar[str] = "idempotency-key-missing"
    status: ClassVar[int] = 400
    reason = (
        "L’en-tête Idempotency-Key est obligatoire\u00a0: une clé au hasard par inscription, "
        "de 1 à 200 caractères, à répéter si la demande est renvoyée."
    )


class KeyReused(Refused):
    """The same key came with another body."""

    type: ClassVar[str] = "idempotency-key-reused"
    status: ClassVar[int] = 422
    reason = "Cette clé a déjà servi pour une autre demande. Utilisez-en une nouvelle."


class LinkReplaced(Refused):
    """The link was signed for an earlier epoch of the registration."""

    type: ClassVar[str] = "link-replaced"
    status: ClassVar[int] = 410
    reason = "Ce lien a été remplacé par un plus récent. Utilisez celui du dernier message reçu."
