"""What people may answer, on pages and over the API; each mistake is a French sentence."""

import re
import unicodedata
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from services.logement.domain.dwelling import DwellingKind
from shared.runtime.fields import Count

_IN_NAMES = frozenset(" -'’.")
_DOT_INSIDE = re.compile(r"\.\w")
_TURNED = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the order of the text around them: they disguise what is read."""


def _plain(value: str) -> str:
    unseen = (unicodedata.category(c) in {"Cc", "Cs"} and c not in "\r\n\t" for c in value)
    if any(unseen) or not _TURNED.isdisjoint(value):
        raise ValueError("Ce texte contient un caractère invisible\u00a0: retapez-le.")
    return value


def _name(value: str) -> str:
    """A name is printed in letters of ours: a stranger must not put the address of a site there."""
    letters = [c for c in value if c not in _IN_NAMES]
    plain = all(unicodedata.category(c)[0] in "LMN" for c in letters)
    if not plain or not any(c.isalpha() for c in letters) or _DOT_INSIDE.search(value):
        raise ValueError(
            "Un nom ne contient que des lettres, des chiffres, des espaces, des traits d'union et "
            "des apostrophes."
        )
    return " ".join(value.split())


def _email(value: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    sentence = "Cette adresse e-mail n'a pas la bonne forme. Exemple\u00a0: prenom.nom@exemple.fr."
    try:
        # The domain reserved for trials (`.test`, RFC 2606) is accepted, as in events.
        read = validate_email(value.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError(sentence) from error
    if "." not in read.domain:  # "test" alone is let through in that mode
        raise ValueError(sentence)
    return read.normalized


def _phone(value: str | None) -> str | None:
    from phonenumbers import (
        NumberParseException,
        PhoneNumberFormat,
        format_number,
        is_possible_number,
        parse,
    )

    if not value or not value.strip():
        return None
    try:
        number = parse(value, "FR")
    except NumberParseException:
        number = None
    if number is None or not is_possible_number(number):
        raise ValueError("Ce numéro n'a pas la bonne forme. Exemple\u00a0: 06 12 34 56 78.")
    return str(format_number(number, PhoneNumberFormat.E164))


def _written_day(value: Any) -> Any:
    """A day typed as in France is read too: a browser without a calendar sends it so."""
    if isinstance(value, str) and value.count("/") == 2:
        day, month, year = value.strip().split("/")
        return f"{year.zfill(4)}-{month.zfill(2)}-{day.zfill(2)}"
    return value


def _within(longest: int, shortest: int = 1) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest)


Name = Annotated[str, _within(100), AfterValidator(_plain), AfterValidator(_name)]
ShortText = Annotated[str, _within(200), AfterValidator(_plain)]
OptionalText = Annotated[str, _within(300, 0), AfterValidator(_plain)]
LongText = Annotated[str, _within(2000, 0), AfterValidator(_plain)]
Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(_email)]
Phone = Annotated[str | None, Field(max_length=40), AfterValidator(_phone)]
Day = Annotated[date, BeforeValidator(_written_day)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9][0-9AB][0-9]{3}$")]
Money = Annotated[Count, Field(ge=1, le=1_000_000)]


class AskAnswers(BaseModel):
    """A request for a home; budget in euro cents per month, charges included."""

    model_config = ConfigDict(frozen=True)

    first_name: Name
    last_name: Name
    email: Email
    phone: Phone = None
    placement_commune: Code
    starts_on: Day
    ends_on: Day
    budget_cents: Money
    has_car: bool
    household_size: Count = Field(ge=1, le=12)
    children: Count = Field(default=0, ge=0, le=11)
    needs_accessible: bool = False
    notes: LongText = ""
    consent_news: bool = False


class OfferAnswers(BaseModel):
    """A dwelling and the terms of its offer; rent in euro cents per month, charges included."""

    model_config = ConfigDict(frozen=True)

    title: ShortText
    commune: Code
    kind: DwellingKind
    rent_cents: Money
    surface_m2: Count = Field(ge=1, le=1000)
    sleeps: Count = Field(default=1, ge=1, le=20)
    rooms: Count = Field(default=1, ge=1, le=20)
    available_from: Day
    available_to: Day
    dpe: Annotated[str, StringConstraints(pattern=r"^[A-G]$")] | None = None
    furnished: bool = True
    accessible: bool = False
    transport_near: bool = False
    address: OptionalText = ""
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)
    owner_name: OptionalText = ""
    owner_contact: OptionalText = ""
    published: bool = True
