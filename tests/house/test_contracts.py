"""Events are said by their speaker alone, and never carry what is personal."""

import ast
import re
from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, Union, get_args, get_origin
from uuid import UUID

import pytest
from pydantic import AwareDatetime

from shared.contracts.base import IntegrationEvent
from shared.contracts.catalogue import SPEAKERS, events_of
from tests.house.tree import parsed, strings, under

pytestmark = pytest.mark.house

EVENTS = [
    pytest.param(event, id=event.subject) for speaker in SPEAKERS for event in events_of(speaker)
]

# Text that is public by nature, and why.
PUBLIC_TEXTS = {
    "title": "the title of a public event",
    "place": "the public venue of an event",
    "commune": "an INSEE code",
    "placement_commune": "an INSEE code",
    "kind": "a code of the agency's list",
    "profile": "a code: intern, student…",
    "role": "a code: intern, replacement…",
    "roles": "codes of rights",
    "by": "a code: the person, the agency",
    "template": "the code of a letter",
    "dwelling_title": "the public title of an offer; the address is never said",
}
PERSONAL_WORDS = frozenset(
    """
    name names surname lastname firstname nom noms prenom email mail address addresses adresse
    phone mobile telephone tel birth born birthday age gender sex sexe nationality photo avatar
    note notes comment comments remark remarks text body description answer answers
    token tokens secret secrets password otp key iban bic rpps nir ip
    """.split()  # noqa: SIM905 - read as a sentence
)
SUBJECT = re.compile(r"[a-z]+\.[a-z-]+\.[a-z-]+\.v[0-9]+")
HARMLESS = frozenset({"answer_by"})  # a deadline


def personal_fields(event: type[IntegrationEvent]) -> list[str]:
    """The fields of this event that a stream kept for ever may not hold."""
    return [
        name
        for name, field in event.model_fields.items()
        if name not in HARMLESS
        and (not PERSONAL_WORDS.isdisjoint(name.split("_")) or _is_free(name, field.annotation))
    ]


def _is_free(name: str, kind: Any) -> bool:
    """Whether anything at all could be written there."""
    if get_origin(kind) is Literal:
        return False
    if get_origin(kind) in (Union, UnionType, tuple, list, frozenset):
        return any(
            _is_free(name, part) for part in get_args(kind) if part not in (NoneType, Ellipsis)
        )
    if kind is str:
        return name not in PUBLIC_TEXTS
    if kind in (UUID, bool, int, date, datetime, AwareDatetime):
        return False
    return not (isinstance(kind, type) and issubclass(kind, Enum))


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_carries_ids_and_public_facts_only(event: type[IntegrationEvent]) -> None:
    assert personal_fields(event) == []


def test_the_rule_sees_what_is_personal() -> None:
    class Told(IntegrationEvent):
        """What must never be said."""

        subject: ClassVar[str] = "house.thing.told.v1"
        aggregate_field: ClassVar[str] = "thing_id"

        thing_id: UUID
        person_email: Literal["a"]
        remarks: str
        lines: tuple[str, ...]
        anything: dict[str, int]
        reason: Literal["a", "b"]
        place: str | None = None

    assert personal_fields(Told) == ["person_email", "remarks", "lines", "anything"]


def imported(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """What a module takes from the contracts: its name here, the speaker, the class if any."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        parts = (node.module or "").split(".")
        if parts[:2] == ["shared", "contracts"] and len(parts) > 2:
            for alias in node.names:
                known = alias.asname or alias.name
                yield known, parts[2], alias.name if len(parts) > 3 else ""


def instantiated(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The event classes this module makes: their speaker and their name."""
    taken = {known: (speaker, name) for known, speaker, name in imported(tree)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id=known) if taken.get(known, ("", ""))[1]:
                yield taken[known]
            case ast.Attribute(value=ast.Name(id=known), attr=name) if known in taken:
                yield taken[known][0], name


def makers() -> Iterator[tuple[Path, str, str]]:
    """Each place of the platform where an event is made."""
    for path in under("services", "shared", "deploy", suffix=".py"):
        for speaker, name in instantiated(parsed(path)):
            yield path, speaker, name


MEASURES = {("deploy", "local", "bench"), ("deploy", "local", "faults")}
"""What measures the bus plays the speaker, on databases of its own."""


def test_an_event_is_said_by_its_speaker_alone() -> None:
    strangers = [
        f"{path} : {name} de {speaker}"
        for path, speaker, name in makers()
        if path.parts[:2] != ("services", speaker) and path.parts[:3] not in MEASURES
    ]
    assert strangers == []


def test_the_rule_sees_an_event_said_by_another() -> None:
    tree = ast.parse(
        "from shared.contracts.events.v1 import EventPublished as Out\n"
        "from shared.contracts.logement import v1\n"
        "Out(kind='a')\nv1.StayBooked()\nother.Thing()\n"
    )
    assert list(instantiated(tree)) == [("events", "EventPublished"), ("logement", "StayBooked")]


def test_a_subject_written_in_full_is_one_that_exists() -> None:
    subjects = {event.subject for speaker in SPEAKERS for event in events_of(speaker)}
    unknown = [
        f"{path} : {written}"
        for path in under("services", "shared", "deploy", suffix=".py")
        for written in strings(path)
        if SUBJECT.fullmatch(written) and written not in subjects
    ]
    assert unknown == []


def test_every_declared_event_is_said_by_somebody() -> None:
    used = {
        (speaker, name)
        for path in under("services", suffix=".py")
        for _known, speaker, name in imported(parsed(path))
        if path.parts[1] == speaker
    }
    declared = {(speaker, event.__name__) for speaker in SPEAKERS for event in events_of(speaker)}
    assert sorted(declared - used) == []
