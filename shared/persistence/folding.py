"""One way to compare and order names and words: unaccented, lower case, single spaces."""

import re
import unicodedata

_SPECIAL = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
_NOT_WORD = re.compile(r"[^0-9a-z]+")


def fold(text: str) -> str:
    """The key under which `text` is stored for search and order.

    PostgreSQL here is built without ICU, so French order and accent-blind search come from this
    key, computed in one place: "Éléonore D'Arc-Petit" becomes "eleonore d arc petit".
    """
    lowered = text.casefold().translate(_SPECIAL)
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c)
    )
    return _NOT_WORD.sub(" ", plain).strip()


def email_key(address: str) -> str:
    """The key under which an e-mail address is compared: trimmed, lower case, domain in IDNA.

    The local part is compared without case: RFC 5321 allows case to matter there, no provider of
    our users does it, and people type capitals. Raises nothing: an address without `@` is kept
    as typed, so that the caller's validation decides.
    """
    local, at, domain = address.strip().casefold().rpartition("@")
    if not at:
        return address.strip().casefold()
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_domain = domain
    return f"{unicodedata.normalize('NFC', local)}@{ascii_domain}"
