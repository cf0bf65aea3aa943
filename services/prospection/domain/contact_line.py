"""One line of a file of contacts, brought to a person's description or refused with reasons."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.prospection.domain.civil_date import read_date
from services.prospection.domain.column_titles import (
    ColumnMap,
    Field,
    NameOrder,
    map_columns,
    recognise,
)
from services.prospection.domain.contact_cells import (
    FORMULA,
    NOTHING,
    Reading,
    label,
    quote,
    say_formula,
    written,
)
from services.prospection.domain.email_address import clean_email, looks_mistyped, read_email
from services.prospection.domain.person_name import (
    FullName,
    clean,
    proper_first_name,
    proper_surname,
    split_full_name,
    without_civility,
)
from services.prospection.domain.phone_number import read_phone
from services.prospection.domain.vocation import read_role
from shared.persistence.folding import email_key

__all__ = [
    "ColumnMap",
    "ContactLine",
    "Field",
    "RefusedLine",
    "map_columns",
    "normalise",
    "recognise",
]

LONGEST_NAME: Final = 100

_FORMULA_IN_NAME = re.compile(r"^[=+@-]")
_YES: Final = frozenset(
    {"oui", "o", "yes", "y", "x", "1", "vrai", "true", "ok", "accepte", "✓", "✔"}
)
_NO: Final = frozenset({"non", "n", "no", "0", "faux", "false", "refuse", "pas d'accord", "✗", "✘"})
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]+")
_POSTAL = re.compile(r"^(\d{5})\s+(?=\D)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLine:
    """What one line says of a person. `role` is a code of `person.ROLE_WORDS`, or None.

    `phone` is E.164; `accepts_email` is None when the line does not say. `warnings` are
    sentences: something was left out or should be checked, the line is kept.
    """

    line: int
    last_name: str
    first_name: str
    email: str | None = None
    phone: str | None = None
    profession: str | None = None
    specialty: str | None = None
    role: str | None = None
    year: str | None = None
    school: str | None = None
    city: str | None = None
    postal_code: str | None = None
    met_on: date | None = None
    accepts_email: bool | None = None
    notes: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def email_key(self) -> str | None:
        """The e-mail as it is compared, domain in ASCII."""
        return email_key(self.email) if self.email else None


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that becomes nobody, and why, in sentences."""

    line: int
    reasons: tuple[str, ...]


def normalise(
    line: int,
    cells: Mapping[str, object],
    columns: ColumnMap,
    problems: tuple[str, ...] = (),
) -> ContactLine | RefusedLine:
    """Read one line: `cells` by column title, `problems` already found when reading the file.

    Refused: no surname or no first name, a formula as a name, an e-mail that is not one, or a
    problem of the file. Wrong telephones and dates are left out with a warning. Never raises.
    """
    reading = Reading(cells, columns, reasons=list(problems))
    last_name, first_name = _names(reading)
    email = _email(reading)
    if reading.reasons:
        return RefusedLine(line, tuple(reading.reasons))
    phone = _phone(reading)
    if email is None and phone is None:
        reading.warnings.append("Sans moyen de contact\u00a0: ni e-mail, ni téléphone.")
    profession, specialty = label(reading, Field.PROFESSION), label(reading, Field.SPECIALTY)
    city, postal_code = _place(reading)
    return ContactLine(
        line=line,
        last_name=last_name,
        first_name=first_name,
        email=email,
        phone=phone,
        profession=profession,
        specialty=specialty,
        role=_role(reading, profession, specialty),
        year=label(reading, Field.YEAR),
        school=label(reading, Field.SCHOOL),
        city=city,
        postal_code=postal_code,
        met_on=_met_on(reading),
        accepts_email=_accepts_email(reading),
        notes=_notes(reading),
        warnings=tuple(reading.warnings),
    )


def _names(reading: Reading) -> tuple[str, str]:
    last = without_civility(reading.name(Field.LAST_NAME))
    first = without_civility(reading.name(Field.FIRST_NAME))
    if not (last and first):
        last, first = _from_one_cell(reading, last, first)
    last, first = proper_surname(last), proper_first_name(first)
    _check_name(reading, last, "Le nom")
    _check_name(reading, first, "Le prénom")
    return last, first


def _from_one_cell(reading: Reading, last: str, first: str) -> tuple[str, str]:
    """Both names out of the column that holds both, or out of the only one that is filled."""
    whole = without_civility(reading.name(Field.FULL_NAME))
    order = reading.columns.name_order
    if not whole:
        whole, order = last or first, NameOrder.UNKNOWN
    if _FORMULA_IN_NAME.match(whole):
        return whole, whole
    split: FullName = split_full_name(whole, order)
    if not (split.last and split.first):
        return last or (reading.name(Field.FULL_NAME) and split.last), first
    if not split.sure:
        reading.warnings.append("Vérifiez l'ordre du nom et du prénom.")
    return split.last, without_civility(split.first)


def _check_name(reading: Reading, name: str, what: str) -> None:
    if name.isalpha() and len(name) <= LONGEST_NAME:
        return
    if not name:
        reading.reasons.append(f"{what} manque.")
    elif _FORMULA_IN_NAME.match(name):
        sentence = (
            f"{what} contient une formule («\u00a0{quote(name)}\u00a0»)\u00a0: écrivez le texte."
        )
        if sentence not in reading.reasons:
            reading.reasons.append(sentence)
    elif len(name) > LONGEST_NAME:
        reading.reasons.append(f"{what} dépasse {LONGEST_NAME} caractères.")
    elif "@" in name or not any(letter.isalpha() for letter in name):
        reading.reasons.append(f"{what} n'est pas lisible («\u00a0{quote(name)}\u00a0»).")
    elif any(letter.isdigit() for letter in name):
        reading.warnings.append(f"{what} contient un chiffre\u00a0: vérifiez-le.")


def _email(reading: Reading) -> str | None:
    typed = reading.text(Field.EMAIL)
    if not typed:
        return None
    email = read_email(typed)
    if email is None:
        reading.reasons.append(f"L'adresse e-mail «\u00a0{quote(typed)}\u00a0» n'est pas valable.")
        return None
    if typed.count("@") > 1 and clean_email(typed) != typed and "<" not in typed:
        reading.warnings.append("Plusieurs adresses e-mail\u00a0: la première est gardée.")
    if looks_mistyped(email):
        reading.warnings.append("Le domaine de l'adresse e-mail semble mal orthographié.")
    return email


def _phone(reading: Reading) -> str | None:
    """The first readable number, a mobile before any other."""
    best: str | None = None
    for name in reading.columns.fields.get(Field.PHONE, ()):
        value = reading.cells.get(name)
        typed = "" if value is None else written(value).strip()
        if typed.lower() in NOTHING:
            continue
        number = read_phone(typed)
        if number is None:
            reading.warnings.append(
                f"Téléphone illisible («\u00a0{quote(typed)}\u00a0»)\u00a0: non gardé."
            )
        elif best is None or (number[:4] in _MOBILE and best[:4] not in _MOBILE):
            best = number
    return best


_MOBILE: Final = frozenset({"+336", "+337"})


def _role(reading: Reading, profession: str | None, specialty: str | None) -> str | None:
    status = label(reading, Field.ROLE)
    role = read_role(status, profession or specialty)
    if status and read_role(status, None) is None:
        reading.asides.append(f"Statut\u00a0: {status}")
        if role is None:
            reading.warnings.append("Statut non reconnu\u00a0: placé dans les remarques.")
    return role


def _place(reading: Reading) -> tuple[str | None, str | None]:
    city = label(reading, Field.CITY)
    postal_code = reading.text(Field.POSTAL_CODE) or None
    if postal_code and postal_code.isdigit():
        postal_code = postal_code.zfill(5)
    if city and (found := _POSTAL.match(city)):
        city, postal_code = city[found.end() :], postal_code or found.group(1)
    if city and city.isupper():
        city = proper_first_name(city)
    if postal_code and len(postal_code) > 10:
        reading.warnings.append("Code postal illisible\u00a0: non gardé.")
        postal_code = None
    return city, postal_code


def _met_on(reading: Reading) -> date | None:
    value = reading.raw(Field.MET_ON)
    if value is None or (isinstance(value, str) and clean(value).lower() in NOTHING):
        return None
    found = read_date(value)
    if found is None:
        shown = quote(written(value))
        reading.warnings.append(
            f"Date de rencontre illisible («\u00a0{shown}\u00a0»)\u00a0: non gardée."
        )
    return found


def _accepts_email(reading: Reading) -> bool | None:
    value = reading.raw(Field.ACCEPTS_EMAIL)
    if value is None:
        return None
    word = clean(written(value)).lower().rstrip(" .!")
    if word in _YES:
        return True
    if word in _NO:
        return False
    if word not in NOTHING:
        reading.warnings.append(
            f"Accord pour les e-mails illisible («\u00a0{quote(word)}\u00a0»)\u00a0: "
            "considéré comme absent."
        )
    return None


def _notes(reading: Reading) -> str | None:
    parts = []
    for name in reading.columns.fields.get(Field.NOTES, ()):
        value = reading.cells.get(name)
        text = "" if value is None else _CONTROL.sub(" ", written(value)).strip()
        if FORMULA.match(text):
            say_formula(reading, Field.NOTES)
        if text and text not in parts:
            parts.append(text)
    return "\n".join(parts + reading.asides) or None
