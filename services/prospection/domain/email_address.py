"""E-mail addresses as typed, cleaned without changing whom they reach."""

import re
from typing import Final

_ORDINARY = re.compile(
    r"[a-z0-9!#$%&'*+=?^_{}~/-]+(?:\.[a-z0-9!#$%&'*+=?^_{}~/-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
    re.IGNORECASE,
)
_ANGLE = re.compile(r"<([^<>]+@[^<>]+)>")
_MAILTO = re.compile(r"^mailto:", re.IGNORECASE)
_SEVERAL = re.compile(r"[;,\s|]+|(?<=\w)/(?=\S+@)|\bou\b")
_EDGES: Final = " \t\r\n\u00a0\u200b\ufeff.;,:<>\"'"
_MISTAKEN: Final = {
    "gmail.con", "gmail.co", "gmail.fr", "gmial.com", "gmal.com", "gamil.com", "gmail.cm",
    "hotmial.com", "hotmail.con", "hotmal.com", "outlok.com", "outlook.con", "orange.com.fr",
    "wanado.fr", "wanadoo.com", "yahoo.con", "yaho.fr", "laposte.com", "lapost.net",
}  # fmt: skip


def clean_email(typed: str) -> str:
    """What remains of the cell when what surrounds an address is taken away.

    `mailto:`, « Inès <ines@…> », quotes, a dot or a semicolon at the end; of several addresses
    the first is kept.
    """
    angle = _ANGLE.search(typed)
    bare = angle.group(1) if angle else typed
    bare = _MAILTO.sub("", bare.strip(_EDGES)).strip(_EDGES)
    if bare.count("@") > 1:
        bare = next((part for part in _SEVERAL.split(bare) if "@" in part), bare).strip(_EDGES)
    return bare


def read_email(typed: str) -> str | None:
    """The address with its domain in lower case, in its own script; None when it is not one.

    Internationalised domains are checked by IDNA 2008 and kept readable (« médecine.fr »):
    compare with `shared.persistence.folding.email_key`.
    """
    address = clean_email(typed)
    if len(address) > 254:
        return None
    local, _, domain = address.rpartition("@")
    if _ORDINARY.fullmatch(address) and "xn--" not in domain.lower():
        return f"{local}@{domain.lower()}" if len(local) <= 64 else None
    if not local or not domain or (address.isascii() and "xn--" not in domain.lower()):
        return None
    return _international(address)


def _international(address: str) -> str | None:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def looks_mistyped(address: str) -> bool:
    """Whether the domain is a usual slip of a well-known one (« gmail.con »)."""
    return address.rpartition("@")[2] in _MISTAKEN
