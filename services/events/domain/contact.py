"""How a name, an e-mail address and a telephone number are read, and refused in a sentence."""

import re
import unicodedata
from dataclasses import dataclass

from shared.contracts.refusal import Invalid
from shared.persistence.folding import email_key

LONGEST_NAME = 80
LONGEST_EMAIL = 254
"""RFC 5321 §4.5.3.1.3, less the angle brackets."""

_IN_NAMES = frozenset(" -'’.")
_DOT_INSIDE = re.compile(r"\.\w")


@dataclass(frozen=True, slots=True)
class Email:
    """An address as it is written to, and the key under which it is compared."""

    address: str
    key: str


def clean_name(typed: str, field: str) -> str:
    """A first or last name: spaces tidied, letters and digits. Raises `Invalid` naming `field`.

    Slashes, colons, signs and dots inside a word are refused: a name is printed in letters of
    ours, and a public form must not let a stranger put the address of a site there.
    """
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    what = "prénom" if field == "first_name" else "nom"
    if not name:
        raise Invalid(f"Indiquez votre {what}.", field=field)
    if len(name) > LONGEST_NAME:
        raise Invalid(f"Le {what} dépasse {LONGEST_NAME} caractères.", field=field)
    letters = (c for c in name if c not in _IN_NAMES)
    printable = all(unicodedata.category(c)[0] in "LMN" for c in letters)
    if not printable or not any(c.isalpha() for c in name) or _DOT_INSIDE.search(name):
        raise Invalid(
            f"Le {what} ne peut contenir que des lettres, des chiffres, des espaces, des traits "
            "d’union et des apostrophes.",
            field=field,
        )
    return name


def clean_email(typed: str, field: str = "email") -> Email:
    """An e-mail address, internationalised domains included. Raises `Invalid` naming `field`.

    The domain reserved for trials (`.test`, RFC 2606) is accepted: rehearsals use it.
    """
    from email_validator import EmailNotValidError, validate_email

    address = unicodedata.normalize("NFC", typed).strip()
    if not address:
        raise Invalid("Indiquez votre adresse e-mail.", field=field)
    refused = Invalid(
        "Cette adresse e-mail n’est pas valable. Exemple\u00a0: prenom.nom@exemple.fr.", field=field
    )
    if len(address) > LONGEST_EMAIL:
        raise refused
    try:
        read = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise refused from error
    if "." not in read.domain:  # "test" alone is let through in that mode
        raise refused
    return Email(read.normalized, email_key(read.normalized))


def clean_phone(typed: str | None, field: str = "phone") -> str | None:
    """A number in E.164, read as French when it has no prefix; None when nothing was typed."""
    if not typed or not typed.strip():
        return None
    import phonenumbers

    refused = Invalid(
        "Ce numéro de téléphone n’est pas valable. Exemple\u00a0: "
        "06\u00a012\u00a034\u00a056\u00a078.",
        field=field,
    )
    if len(typed) > 40:
        raise refused
    try:
        number = phonenumbers.parse(typed, "FR")
    except phonenumbers.NumberParseException as error:
        raise refused from error
    if not phonenumbers.is_possible_number(number):
        raise refused
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
