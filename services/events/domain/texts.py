"""What a free text may not contain: characters that nobody types and that a database refuses."""

import unicodedata

from shared.contracts.refusal import Invalid

_LAYOUT = frozenset("\n\r\t")
_TURNED = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the order of the text around them: they disguise what is read."""


def check_text(text: str, name: str, *, longest: int, field: str, required: bool = False) -> None:
    """Raise `Invalid` naming `field` when it is empty, too long, or has control characters."""
    if required and not text.strip():
        raise Invalid(f"{name} manque.", field=field)
    if len(text) > longest:
        raise Invalid(f"{name} dépasse {longest} caractères.", field=field)
    unseen = (unicodedata.category(c) in ("Cc", "Cs") and c not in _LAYOUT for c in text)
    if any(unseen) or not _TURNED.isdisjoint(text):
        raise Invalid(f"{name} contient un caractère interdit.", field=field)


def without_controls(text: str) -> str:
    """The same text without the characters that nobody types."""
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs"))
