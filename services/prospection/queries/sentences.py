"""The lines of a story in words: composed when shown, from ids and public facts only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.prospection.domain.person import CHANNEL_WORDS, Channel
from shared.ui.filters import NBSP, jour, jour_court, moment

LETTERS = {
    "event-cancelled": "annulation de la rencontre",
    "event-changed": "changement de la rencontre",
    "proposal-made": "proposition de logement",
    "proposal-taken": "logement qui n'est plus libre",
    "registration-cancelled": "annulation de l'inscription",
    "registration-confirmed": "confirmation de l'inscription",
    "registration-link": "lien de gestion de l'inscription",
    "registration-promoted": "place obtenue",
    "registration-waitlisted": "inscription en liste d'attente",
    "request-opened": "demande de logement reçue",
    "stay-booked": "confirmation du logement",
    "stay-cancelled": "annulation du séjour",
    "zoom-planned": "présentation d'un territoire",
}
FAILURES = {
    "no-address": "aucune adresse e-mail n'est connue",
    "refused": "l'adresse a été refusée",
    "given-up": "plusieurs essais sont restés sans succès",
    "unknown": "on ne sait pas si le message est arrivé",
}
DECLINED = {
    "person": "Proposition de logement refusée",
    "taken": "Proposition retirée : le logement n'était plus libre",
    "expired": "Proposition de logement restée sans réponse",
    "withdrawn": "Proposition de logement retirée",
}
TIED = {
    "exact": "Fiche rapprochée d'elle-même : même e-mail, même nom, même prénom",
    "staff": "Fiches réunies par l'agence",
    "undone": "Fiches de nouveau séparées",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a line names, as it is known now: an evening, a mission; None when not heard yet."""

    title: str | None = None
    starts_at: datetime | None = None
    cancelled: bool = False
    mission: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A line in words, with the drawing beside it."""

    sentence: str
    icon: str


Facts = Mapping[str, Any]


def compose(kind: str, facts: Facts, known: Known) -> Words:
    """The sentence of one line; `kind` is the subject of the event that caused it."""
    made = _BY_KIND.get(kind)
    if made is None:
        return Words("Autre étape", "clock")
    make, icon = made
    return Words(_spaced(make(facts, known)), icon)


def _spaced(sentence: str) -> str:
    return sentence.replace(" :", f"{NBSP}:").replace("« ", f"«{NBSP}").replace(" »", f"{NBSP}»")


def _evening(known: Known) -> str:
    if known.title is None or known.starts_at is None:
        return "une rencontre"
    called_off = " (annulée depuis)" if known.cancelled else ""
    return f"{known.title}, {moment(known.starts_at)}{called_off}"


def _period(facts: Facts) -> str:
    starts = date.fromisoformat(str(facts["starts_on"]))
    ends = date.fromisoformat(str(facts["ends_on"]))
    return f"du {jour_court(starts)} au {jour_court(ends)}"


def _met(facts: Facts, known: Known) -> str:
    if known.mission:
        day = facts.get("met_on")
        on = f", le {jour_court(date.fromisoformat(str(day)))}" if day else ""
        return f"Première rencontre : {known.mission}{on}"
    return f"Premier contact {CHANNEL_WORDS[Channel(facts['channel'])]}"


def _listed(_facts: Facts, known: Known) -> str:
    return f"De nouveau dans une liste de contacts : {known.mission or 'une mission'}"


def _tied(facts: Facts, _known: Known) -> str:
    return TIED.get(str(facts.get("rule")), TIED["staff"])


def _limited(_facts: Facts, _known: Known) -> str:
    return "Traitement des données limité à la demande de la personne"


def _freed(_facts: Facts, _known: Known) -> str:
    return "Limitation du traitement levée"


def _confirmed(facts: Facts, known: Known) -> str:
    start = (
        "Place obtenue depuis la liste d'attente" if facts.get("promoted") else "Place confirmée"
    )
    return f"{start} : {_evening(known)}"


def _waitlisted(_facts: Facts, known: Known) -> str:
    return f"En liste d'attente : {_evening(known)}"


def _seat_given_back(facts: Facts, known: Known) -> str:
    who = " par l'agence" if facts.get("by") in {"staff", "agency", "event"} else ""
    return f"Inscription annulée{who} : {_evening(known)}"


def _request(facts: Facts, _known: Known) -> str:
    return f"Demande de logement : près de {facts['commune']}, {_period(facts)}"


def _proposed(facts: Facts, _known: Known) -> str:
    by = datetime.fromisoformat(str(facts["answer_by"]))
    return f"Logement proposé, réponse attendue avant le {jour(by)}"


def _accepted(_facts: Facts, _known: Known) -> str:
    return "Proposition de logement acceptée"


def _declined(facts: Facts, _known: Known) -> str:
    return DECLINED.get(str(facts.get("reason")), DECLINED["person"])


def _stay(facts: Facts, _known: Known) -> str:
    return f"Logement réservé : {facts['dwelling']} à {facts['commune']}, {_period(facts)}"


def _stay_cancelled(_facts: Facts, _known: Known) -> str:
    return "Séjour annulé"


def _letter(facts: Facts) -> str:
    template = str(facts.get("template"))
    return LETTERS.get(template, template.replace("-", " "))


def _sent(facts: Facts, _known: Known) -> str:
    return f"E-mail envoyé : {_letter(facts)}"


def _failed(facts: Facts, _known: Known) -> str:
    reason = FAILURES.get(str(facts.get("reason")), FAILURES["unknown"])
    return f"E-mail non remis : {_letter(facts)} ({reason})"


_BY_KIND: dict[str, tuple[Callable[[Facts, Known], str], str]] = {
    "prospection.person.met.v1": (_met, "user"),
    "prospection.import.confirmed.v1": (_listed, "upload"),
    "prospection.person.resolved.v1": (_tied, "link"),
    "prospection.person.restricted.v1": (_limited, "ban"),
    "prospection.person.unrestricted.v1": (_freed, "circle-check"),
    "events.registration.confirmed.v1": (_confirmed, "calendar-event"),
    "events.registration.waitlisted.v1": (_waitlisted, "clock"),
    "events.registration.cancelled.v1": (_seat_given_back, "x"),
    "logement.request.opened.v1": (_request, "home-heart"),
    "logement.proposal.made.v1": (_proposed, "bed"),
    "logement.proposal.accepted.v1": (_accepted, "check"),
    "logement.proposal.declined.v1": (_declined, "x"),
    "logement.stay.booked.v1": (_stay, "bed"),
    "logement.stay.cancelled.v1": (_stay_cancelled, "ban"),
    "notifications.message.sent.v1": (_sent, "mail"),
    "notifications.message.failed.v1": (_failed, "alert-triangle"),
}
KINDS = tuple(_BY_KIND)
