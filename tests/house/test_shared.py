"""`shared/` stays a house of eight rooms that knows no word of the trade."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest

from tests.house.documents import glossary
from tests.house.tree import ROOT, parsed, text_of, under

pytestmark = pytest.mark.house

ROOMS: Final = {
    "contracts",
    "messaging",
    "persistence",
    "runtime",
    "security",
    "telemetry",
    "territory",
    "ui",
}
SPEAKING_ROOMS: Final = ("contracts", "territory")
NAVIGATION: Final = "the shell names the places of the platform, in one list"
# File → words it may say, and why.
EXCEPTIONS: Final = {
    "shared/ui/navigation.py": (None, NAVIGATION),
    "shared/ui/pages.py": ({"mission", "prospection"}, "the global search; how an entry is lit"),
    "shared/ui/static/css/forms.css": ({"aide"}, "the hint under a field"),
    "shared/ui/static/css/public.css": ({"aide"}, "the hint under a field"),
    "shared/ui/static/css/tokens.css": (
        {"logement", "prospection"},
        "one discreet colour per service",
    ),
    "shared/ui/templates/ui/components.html": (
        {"liste d attente"},
        "the words of a state, beside its colour",
    ),
    "shared/ui/templates/ui/error.html": ({"prospection"}, "the way back to the home page"),
    "shared/ui/templates/ui/forms.html": ({"aide"}, "the hint under a field"),
    "shared/ui/templates/ui/staff.html": ({"prospection"}, "the home page and the global search"),
    "shared/security/actor.py": (None, "the roles of the agency, as rights"),
    "shared/messaging/directory.py": ({"prospection"}, "who alone says who is who"),
    "shared/runtime/problems.py": ({"interne"}, "« erreur interne »"),
}
WORD = re.compile(r"[A-Z]+(?![a-zà-ÿ])|[A-Zà-ÿÀ-Þ]?[a-zà-ÿ]+")


def words_of(text: str) -> str:
    """The words of a text or of names in code, lower case: `RoomOffer` and `room_offer` alike."""
    return " " + " ".join(WORD.findall(text)).casefold() + " "


def business_words() -> list[str]:
    """The words of the trade, French and in code, from the glossary."""
    return sorted(
        {
            words_of(word).strip()
            for entry in glossary("Le métier")
            for word in (*entry.words, *entry.names)
        }
    )


def words_said(path: Path) -> set[str]:
    """The words of the trade that this file says."""
    text = words_of(text_of(path) or "")
    return {word for word in business_words() if f" {word} " in text or f" {word}s " in text}


def test_shared_has_eight_rooms_and_no_other() -> None:
    assert {path.parts[1] for path in under("shared") if len(path.parts) > 2} == ROOMS


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_says_in_one_paragraph_what_it_is_for(room: str) -> None:
    docstring = ast.get_docstring(parsed(Path("shared") / room / "__init__.py")) or ""
    assert "\n\n" not in docstring
    assert 40 <= len(docstring) <= 600


def test_shared_says_no_word_of_the_trade() -> None:
    said = {}
    for path in under("shared"):
        if path.parts[1] in SPEAKING_ROOMS or path.suffix not in {".py", ".html", ".js", ".css"}:
            continue
        allowed, _why = EXCEPTIONS.get(str(path), (set(), ""))
        if allowed is not None and (words := words_said(path) - allowed):
            said[str(path)] = sorted(words)
    assert said == {}


def test_an_exception_is_still_needed() -> None:
    for name, (allowed, _why) in EXCEPTIONS.items():
        assert (ROOT / name).exists(), name
        assert words_said(Path(name)) >= (allowed or set()), name


def test_the_words_of_the_trade_are_those_one_expects() -> None:
    assert {"soirée d accueil", "logement", "guichet", "housing request"} <= set(business_words())
    assert words_of("HousingRequest_of interneDE") == " housing request of interne de "
