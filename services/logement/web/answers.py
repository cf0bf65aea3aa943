"""What people may answer, on pages and over the API; each mistake is a French sentence."""

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


def _plain(value: str) -> str:
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\r\n\t" for c in value):
        raise ValueError("Ce texte contient un caractère invisible\u00a0: retapez-le.")
    return value


def _email(value: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(value.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        sentence = (
            "Cette adresse e-mail n'a pas la bonne forme. Exemple\u00a0: prenom.nom@exemple.fr."
        )
        raise ValueError(sentence) from error


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


Name = Annotated[str, _within(100), AfterValidator(_plain)]
ShortText = Annotated[str, _within(200), AfterValidator(_plain)]
OptionalText = Annotated[str, _within(300, 0), AfterValidator(_plain)]
LongText = Annotated[str, _within(2000, 0), AfterValidator(_plain)]
Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(_email)]
Phone = Annotated[str | None, Field(max_length=40), AfterValidator(_phone)]
Day = Annotated[date, BeforeValidator(_written_day)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9][0-9AB][0-9]{3}$")]
Money = Annotated[int, Field(ge=1, le=1_000_000)]


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
    household_size: int = Field(ge=1, le=12)
    children: int = Field(default=0, ge=0, le=11)
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
    surface_m2: int = Field(ge=1, le=1000)
    sleeps: int = Field(default=1, ge=1, le=20)
    rooms: int = Field(default=1, ge=1, le=20)
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
