"""What forms of prospection may contain, read field by field."""

import unicodedata
from datetime import date
from uuid import UUID

from starlette.datastructures import FormData

from services.prospection.domain.email_address import read_email
from services.prospection.domain.mission import MissionKind
from services.prospection.domain.person import ROLE_WORDS
from services.prospection.domain.phone_number import read_phone
from shared.contracts.refusal import Invalid

PERSON_FIELDS = ("last_name", "first_name", "email", "phone", "role", "mission_id")
MISSION_FIELDS = ("kind", "title", "place", "audience", "starts_on", "ends_on")

LONGEST_NAME = 100
LONGEST_TEXT = 200


def typed(form: FormData, *fields: str) -> dict[str, str]:
    """These fields as trimmed text; a missing one, or a file in its place, is empty.

    Control characters, which nobody types and the database refuses, are taken out, as they are
    of an imported file.
    """
    values = ((field, form.get(field)) for field in fields)
    return {field: _readable(value) if isinstance(value, str) else "" for field, value in values}


def _readable(text: str) -> str:
    kept = (char for char in text if char.isspace() or unicodedata.category(char) != "Cc")
    return "".join(kept).strip()


class Errors:
    """The sentences to show beside the fields, gathered one by one."""

    def __init__(self) -> None:
        self.by_field: dict[str, str] = {}

    def add(self, field: str, sentence: str) -> None:
        """The first sentence about a field is the one that is shown."""
        self.by_field.setdefault(field, sentence)

    def __bool__(self) -> bool:
        return bool(self.by_field)


def check_name(values: dict[str, str], field: str, what: str, errors: Errors) -> None:
    """A name is there, readable, and not endless."""
    if not values[field]:
        errors.add(field, f"Indiquez {what}.")
    elif len(values[field]) > LONGEST_NAME:
        errors.add(field, f"{LONGEST_NAME} caractères au plus.")
    elif not any(letter.isalpha() for letter in values[field]):
        errors.add(field, f"Indiquez {what} en lettres.")


def read_contact(values: dict[str, str], errors: Errors) -> tuple[str | None, str | None]:
    """The e-mail and the telephone (E.164); None when they were left empty."""
    email = read_email(values["email"]) if values["email"] else None
    if values["email"] and email is None:
        errors.add("email", "Cette adresse n'est pas valable. Exemple\u00a0: prenom@exemple.fr.")
    phone = read_phone(values["phone"]) if values["phone"] else None
    if values["phone"] and phone is None:
        errors.add("phone", "Ce numéro n'est pas lisible. Exemple\u00a0: 06 12 34 56 78.")
    return email, phone


def read_role(values: dict[str, str], errors: Errors) -> str:
    """One of the known roles; « contact » when nothing was chosen."""
    role = values["role"] or "contact"
    if role not in ROLE_WORDS:
        errors.add("role", "Choisissez dans la liste.")
    return role


def read_id(value: str, field: str, errors: Errors) -> UUID | None:
    """An id chosen in a list; None when nothing was."""
    if not value:
        return None
    try:
        return UUID(value)
    except ValueError:
        errors.add(field, "Choisissez dans la liste.")
        return None


def read_day(value: str, field: str, errors: Errors) -> date | None:
    """A civil date; None when it was left empty."""
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        errors.add(field, "Cette date n'existe pas. Exemple\u00a0: 20/05/2027.")
        return None


def read_kind(value: str, errors: Errors) -> MissionKind:
    """A congress, or a faculty or school."""
    try:
        return MissionKind(value)
    except ValueError:
        errors.add("kind", "Choisissez dans la liste.")
        return MissionKind.CONGRESS


def shown(refused: Invalid) -> dict[str, str]:
    """A refusal as the errors of a form."""
    return {refused.field or "form": refused.reason}


ROLE_CHOICES = list(ROLE_WORDS.items())
