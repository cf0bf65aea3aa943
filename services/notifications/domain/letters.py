"""The kinds of letters that exist, their French names, and what each one is owed for."""

from dataclasses import dataclass
from enum import StrEnum


class Template(StrEnum):
    """A kind of letter; its value is said in events and kept with each message."""

    REGISTRATION_CONFIRMED = "registration-confirmed"
    REGISTRATION_PROMOTED = "registration-promoted"
    REGISTRATION_WAITLISTED = "registration-waitlisted"
    REGISTRATION_CANCELLED = "registration-cancelled"
    REGISTRATION_LINK = "registration-link"
    EVENT_CHANGED = "event-changed"
    EVENT_CANCELLED = "event-cancelled"
    ZOOM_PLANNED = "zoom-planned"
    REQUEST_OPENED = "request-opened"
    PROPOSAL_MADE = "proposal-made"
    PROPOSAL_TAKEN = "proposal-taken"
    STAY_BOOKED = "stay-booked"
    STAY_CANCELLED = "stay-cancelled"


class AfterUnknown(StrEnum):
    """What to do when nobody can tell whether the mail server took the message."""

    RESEND = "resend"
    HOLD = "hold"


@dataclass(frozen=True, kw_only=True)
class LetterKind:
    """What people call a letter, and why it is owed."""

    title: str
    why: str
    after_unknown: AfterUnknown = AfterUnknown.RESEND


KINDS: dict[Template, LetterKind] = {
    Template.REGISTRATION_CONFIRMED: LetterKind(
        title="Confirmation d’inscription",
        why="Une place vient d’être attribuée à cette personne.",
    ),
    Template.REGISTRATION_PROMOTED: LetterKind(
        title="Place libérée",
        why="Une place s’est libérée : cette personne quitte la liste d’attente.",
    ),
    Template.REGISTRATION_WAITLISTED: LetterKind(
        title="Inscription en liste d’attente",
        why="L’événement est complet : cette personne est sur la liste d’attente.",
    ),
    Template.REGISTRATION_CANCELLED: LetterKind(
        title="Annulation d’inscription",
        why="L’inscription de cette personne a été annulée.",
    ),
    Template.REGISTRATION_LINK: LetterKind(
        title="Lien pour gérer l’inscription",
        why="Une nouvelle inscription a été demandée avec une adresse déjà inscrite.",
    ),
    Template.EVENT_CHANGED: LetterKind(
        title="Changement de date ou de lieu",
        why="L’événement auquel cette personne est inscrite a changé de date ou de lieu.",
    ),
    Template.EVENT_CANCELLED: LetterKind(
        title="Événement annulé",
        why="L’événement auquel cette personne est inscrite n’aura pas lieu.",
    ),
    Template.ZOOM_PLANNED: LetterKind(
        title="Présentation d’un territoire",
        why="Un temps de présentation est prévu pour cette personne.",
    ),
    Template.REQUEST_OPENED: LetterKind(
        title="Demande de logement reçue",
        why="Cette personne a déposé une demande de logement.",
    ),
    Template.PROPOSAL_MADE: LetterKind(
        title="Proposition de logement",
        why="La cellule logement propose un logement à cette personne.",
    ),
    Template.PROPOSAL_TAKEN: LetterKind(
        title="Logement déjà attribué",
        why="Le logement proposé à cette personne n’est plus libre.",
    ),
    Template.STAY_BOOKED: LetterKind(
        title="Confirmation de séjour",
        why="Un logement est réservé pour cette personne.",
    ),
    Template.STAY_CANCELLED: LetterKind(
        title="Séjour annulé",
        why="Le séjour de cette personne n’aura pas lieu.",
    ),
}
"""Every letter, by template. None is a one-time code, so all may be re-sent when in doubt."""
