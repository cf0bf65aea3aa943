"""The card of each service (its README) says what the service says and hears, no more, no less."""

import re
from functools import cache
from importlib import import_module

import pytest

from shared.contracts.catalogue import SPEAKERS, aggregates_of, events_of
from shared.runtime import Service
from tests.house.tree import ROOT

pytestmark = pytest.mark.house

SERVICES = sorted(path.parent.name for path in (ROOT / "services").glob("*/__init__.py"))
QUOTED = re.compile(r"`([a-z]+(?:\.[a-z-]+)*\.(?:v[0-9]+|>))`")
PARTS = ("Possède", "Dit", "Écoute", "Pages")
HEADING = re.compile(r"^(#+)\s+(.+?)\s*$")
# `**Dit.** …` opens a part as well as `## Dit` does.
RUN_IN = re.compile(r"^\*\*([^*]+)\.\*\*\s*", re.MULTILINE)


@cache
def service(name: str) -> Service:
    """The service as its `main` describes it."""
    found = import_module(f"services.{name}.main").service
    assert isinstance(found, Service)
    return found


def section(text: str, title: str) -> str:
    """The lines under a heading, down to the next heading of the same rank."""
    kept: list[str] = []
    rank = 0
    for line in text.splitlines():
        heading = HEADING.match(line)
        if heading and rank and len(heading[1]) <= rank:
            break
        if heading and heading[2].casefold() == title.casefold():
            rank = len(heading[1])
        elif rank:
            kept.append(line)
    return "\n".join(kept)


def named(card: str, title: str) -> set[str]:
    """The subjects between backquotes under a heading; `events.>` stands for all it covers."""
    return {
        subject for quoted in QUOTED.findall(section(card, title)) for subject in _spread(quoted)
    }


def _spread(name: str) -> list[str]:
    speaker = name.removesuffix(".>")
    if name.endswith(".>") and speaker in SPEAKERS:
        return [f"{speaker}.{aggregate}.>" for aggregate in aggregates_of(speaker)]
    return [name]


def said(name: str) -> set[str]:
    """What this service says: its declared events, and its cards if it has some."""
    subjects = {event.subject for event in events_of(name)} if name in SPEAKERS else set()
    return subjects | ({f"cards.{name}.>"} if service(name).cards else set())


def heard(name: str) -> set[str]:
    """What this service reacts to; a kind of thing it only notes is said by its filter."""
    described = service(name)
    subjects = {
        subscription.event.subject
        for reader in described.readers
        for subscription in reader.reactions
    }
    noted = {reader.filter for reader in described.readers if reader.always is not None}
    cards = {f"cards.{reader.speaker}.>" for reader in described.card_readers}
    return subjects | noted | cards


def card(name: str) -> str:
    """The text of the card."""
    path = ROOT / "services" / name / "README.md"
    assert path.exists(), f"services/{name}/README.md manque : voir CONTRIBUTING.md"
    return RUN_IN.sub(r"## \1\n", path.read_text(encoding="utf-8"))


def difference(name: str, title: str, true: set[str]) -> str:
    """What to correct in the card, in words."""
    written = named(card(name), title)
    lines = [
        f"services/{name}/README.md, partie « {title} » :",
        *(f"  à ajouter : `{subject}`" for subject in sorted(true - written)),
        *(f"  à retirer : `{subject}`" for subject in sorted(written - true)),
    ]
    return "\n".join(lines) if len(lines) > 1 else ""


@pytest.mark.parametrize("name", SERVICES)
def test_a_card_says_what_the_service_says(name: str) -> None:
    assert difference(name, "Dit", said(name)) == ""


@pytest.mark.parametrize("name", SERVICES)
def test_a_card_says_what_the_service_listens_to(name: str) -> None:
    assert difference(name, "Écoute", heard(name)) == ""


@pytest.mark.parametrize("name", SERVICES)
def test_a_card_has_its_parts(name: str) -> None:
    headings = filter(None, map(HEADING.match, card(name).splitlines()))
    titles = [heading[2] for heading in headings]
    missing = [part for part in PARTS if not any(title.startswith(part) for title in titles)]
    assert missing == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_described_under_the_name_of_its_folder(name: str) -> None:
    assert service(name).name == name
