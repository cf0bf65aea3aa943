"""When two descriptions are the same person, may be, or are not: the only rule there is."""

from dataclasses import dataclass
from enum import StrEnum


class Likeness(StrEnum):
    """What comparing two descriptions says."""

    EXACT = "exact"
    SAME_EMAIL = "same-email"
    SAME_PHONE = "same-phone"
    NO_EMAIL = "no-email"
    OTHER_EMAIL = "other-email"
    RESTRICTED = "restricted"
    NONE = "none"


LIKENESS_WORDS = {
    Likeness.EXACT: "même e-mail, même nom, même prénom",
    Likeness.SAME_EMAIL: "même adresse e-mail, mais un autre nom",
    Likeness.SAME_PHONE: "même nom et même téléphone, mais pas la même adresse e-mail",
    Likeness.NO_EMAIL: "même nom, mais l'adresse e-mail manque d'un côté",
    Likeness.OTHER_EMAIL: "même nom, mais une autre adresse e-mail",
    Likeness.RESTRICTED: "tout est identique, mais le traitement d'une des fiches est limité",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What is compared of a person: folded names, normalised e-mail, E.164 telephone."""

    last_key: str
    first_key: str
    email_key: str | None
    phone: str | None
    restricted: bool = False


def compare(one: Traits, other: Traits) -> Likeness:
    """Exact only when e-mail, surname and first name are all equal and neither is restricted.

    Everything that resembles without being exact is for a human to judge.
    """
    same_name = (one.last_key, one.first_key) == (other.last_key, other.first_key)
    named = bool(one.last_key and one.first_key)
    same_email = one.email_key is not None and one.email_key == other.email_key
    if same_email and same_name and named:
        return Likeness.RESTRICTED if one.restricted or other.restricted else Likeness.EXACT
    if same_email:
        return Likeness.SAME_EMAIL
    return _same_name(one, other) if same_name and named else Likeness.NONE


def _same_name(one: Traits, other: Traits) -> Likeness:
    if one.phone is not None and one.phone == other.phone:
        return Likeness.SAME_PHONE
    if one.email_key is None or other.email_key is None:
        return Likeness.NO_EMAIL
    return Likeness.OTHER_EMAIL
