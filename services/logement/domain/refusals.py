"""What logement refuses, in sentences for the person."""

from typing import ClassVar

from shared.contracts.refusal import Invalid, Refused


class RequestClosed(Refused):
    """The request found its home, or was abandoned."""

    type: ClassVar[str] = "demande-close"
    reason = "Cette demande est close\u00a0: un logement a été trouvé, ou elle a été abandonnée."


class DwellingTaken(Refused):
    """The dwelling is already booked for these dates."""

    type: ClassVar[str] = "logement-deja-reserve"
    reason = "Ce logement est déjà réservé à ces dates."


class OfferDoesNotFit(Refused):
    """The offer cannot be proposed for this request; the sentence says why."""

    type: ClassVar[str] = "offre-inadaptee"
    reason = "Cette offre ne convient pas à cette demande."


class AlreadyProposed(Refused):
    """This offer waits for the answer of this household already."""

    type: ClassVar[str] = "deja-propose"
    reason = "Ce logement est déjà proposé à ces personnes, qui n'ont pas encore répondu."


class ProposalClosed(Refused):
    """The proposal was answered, withdrawn, or its time is over."""

    type: ClassVar[str] = "proposition-close"
    reason = "Cette proposition n'attend plus de réponse."


class LinkRevoked(Refused):
    """The link was replaced by a newer one."""

    type: ClassVar[str] = "lien-remplace"
    status: ClassVar[int] = 410
    reason = "Ce lien a été remplacé par un plus récent. Utilisez le dernier message reçu."


class SameKeyOtherAnswers(Invalid):
    """An idempotency key was used twice for different answers."""

    type: ClassVar[str] = "cle-deja-utilisee"
    reason = (
        "Cette demande a déjà été envoyée avec d'autres réponses. Elle est bien enregistrée\u00a0: "
        "pour la modifier, écrivez à la cellule logement."
    )


class NotPublishable(Invalid):
    """The dwelling may not be offered as it is."""

    type: ClassVar[str] = "offre-non-publiable"
    reason = "Cette offre ne peut pas être publiée."
