"""How the name of a place is compared: without case, accent, hyphen, nor abbreviated saint."""

import re
import unicodedata

_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_SAINTS = {"st": "saint", "ste": "sainte", "sts": "saints"}


def fold_place(name: str) -> str:
    """The comparison key of a place: « St-Aignan » and « SAINT AIGNAN » are the same."""
    lowered = name.casefold().translate(_LIGATURES)
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c)
    )
    words = _NOT_A_WORD.sub(" ", plain).split()
    return " ".join(_SAINTS.get(word, word) for word in words)
