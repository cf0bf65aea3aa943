"""Names of persons as French typography writes them, from whatever was typed."""

import re
import unicodedata
from typing import Final, NamedTuple

from services.prospection.domain.column_titles import NameOrder

_CIVILITY = re.compile(
    r"^(?:(?:monsieur|madame|mademoiselle|docteure?|professeure?|mme|mlle|melle|mr|dr|pr|m)"
    r"(?:\.\s*|\s+|$))+",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")
_APOSTROPHES: Final = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "\u00a0": " "}
)
_LETTERS = re.compile(r"[^\W\d_]+")
_MC = re.compile(r"^MC[A-Z]{3,}$")
_ELIDED = re.compile(r"^d'(?=\w)", re.IGNORECASE)
_INNER = re.compile(r"(?<=-)(De|Du|Des|D)(?=[-'])")
_LOW_PARTICLES: Final = frozenset({"de", "du", "des"})
_LOW_INSIDE: Final = frozenset(
    {"der", "den", "ter", "ten", "von", "et", "y", "e", "née", "né", "épouse", "ép.", "dit", "dite"}
)
_ATTACHED: Final = frozenset(
    {
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "van",
        "von",
        "der",
        "den",
        "di",
        "da",
        "dos",
        "del",
        "ben",
        "ibn",
        "el",
        "al",
        "st",
        "ste",
        "saint",
        "sainte",
    }
)


class FullName(NamedTuple):
    """A name split in two; `sure` is False when the order had to be guessed."""

    last: str
    first: str
    sure: bool


def clean(text: str) -> str:
    """One line of visible text: NFC, straight apostrophes, single spaces, no control."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_APOSTROPHES)
    if not text.isprintable():
        text = _UNSEEN.sub(" ", text)
    return " ".join(text.split())


def without_civility(name: str) -> str:
    """The name without the titles before it: « Mme », « Dr », « M. »."""
    shorter = _CIVILITY.sub("", name)
    return shorter or name


def proper_surname(name: str) -> str:
    """« DE LA TOUR » → « de La Tour », « D'ARC » → « d'Arc », « O'NEILL » → « O'Neill ».

    Words written with capitals and small letters were written on purpose and stay.
    """
    words = name.split()
    last = len(words) - 1
    return " ".join(_surname_word(word, rank, last) for rank, word in enumerate(words))


def proper_first_name(name: str) -> str:
    """« JEAN-LUC » and « jean-luc » → « Jean-Luc »."""
    return " ".join(_capitals(word) if _plain(word) else word for word in name.split())


def _surname_word(word: str, rank: int, last: int) -> str:
    if not _plain(word):
        return _elided(word)
    low = word.lower()
    if low in _LOW_PARTICLES and rank < last:
        return low
    if rank > 0 and low in _LOW_INSIDE:
        return low
    return _INNER.sub(lambda m: m.group().lower(), _elided(_capitals(word)))


def _elided(word: str) -> str:
    """« D'ARC », « D'Arc » written whole in capitals first, and « d'ARC » → « d'Arc »."""
    found = _ELIDED.match(word)
    if not found:
        return word
    rest = word[found.end() :]
    return "d'" + (_capitals(rest) if _plain(rest) else rest)


def _plain(word: str) -> bool:
    """Whether the capitals of the word say nothing: all capitals (two at least), or none."""
    if word.isupper():
        return len(word) > 1
    return word.islower()


def _capitals(word: str) -> str:
    if word.isalpha():
        return "Mc" + word[2:].capitalize() if _MC.match(word) else word.capitalize()
    return _LETTERS.sub(lambda m: m.group().capitalize(), word)


def split_full_name(text: str, order: NameOrder) -> FullName:
    """Split a surname and a first name written in one cell.

    A comma, or capitals for the surname alone (« MARTIN-DUBOIS Inès », « Inès de LA TOUR »),
    settle it; otherwise the title of the column does, and failing that it is a guess.
    """
    if "," in text:
        last, _, first = text.partition(",")
        return FullName(last.strip(), first.strip(), sure=True)
    words = text.split()
    if len(words) < 2:
        return FullName(text, "", sure=False)
    shouted = [_shouted(word) for word in words]
    if any(shouted) and not all(shouted):
        by_capitals = _split_by_capitals(words, shouted)
        if by_capitals is not None:
            return by_capitals
    return _split_by_order(words, order)


def _shouted(word: str) -> bool:
    letters = _ELIDED.sub("", word)
    return letters.isupper() and sum(letter.isalpha() for letter in letters) > 1


def _split_by_capitals(words: list[str], shouted: list[bool]) -> FullName | None:
    start = shouted.index(True)
    end = len(words) - shouted[::-1].index(True)
    inside = zip(words[start:end], shouted[start:end], strict=True)
    if not all(loud or word.lower() in _ATTACHED for word, loud in inside):
        return None
    while start > 0 and words[start - 1].lower() in _ATTACHED:
        start -= 1
    first = words[:start] + words[end:]
    if not first:
        return None
    return FullName(
        " ".join(words[start:end]), " ".join(first), sure=start == 0 or end == len(words)
    )


def _split_by_order(words: list[str], order: NameOrder) -> FullName:
    sure = len(words) == 2 and order is not NameOrder.UNKNOWN
    if order is NameOrder.FIRST_LAST:
        return FullName(" ".join(words[1:]), words[0], sure=sure)
    cut = 1
    while cut < len(words) - 1 and words[cut - 1].lower() in _ATTACHED:
        cut += 1
    return FullName(" ".join(words[:cut]), " ".join(words[cut:]), sure=sure)
