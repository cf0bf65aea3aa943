"""Every declared event keeps its promises; what is made from them is up to date."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from deploy.local.contracts import files
from deploy.local.contracts.compatibility import broken_promises
from deploy.local.contracts.french import EVENTS, FIELDS
from deploy.local.contracts.listening import declared
from deploy.local.contracts.schemas import schemas_of
from deploy.local.state import ROOT
from shared.contracts.base import IntegrationEvent
from shared.contracts.catalogue import SPEAKERS, by_subject, events_of

pytestmark = pytest.mark.house

SUBJECT = re.compile(r"^[a-z]+\.[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*\.v[1-9][0-9]*$")
EVENT_CLASSES = [pytest.param(event, id=event.subject) for event in declared()]


@pytest.mark.parametrize("event", EVENT_CLASSES)
def test_a_subject_names_service_aggregate_what_happened_and_major(
    event: type[IntegrationEvent],
) -> None:
    assert SUBJECT.match(event.subject)
    module = event.__module__.split(".")
    speaker, _aggregate, _what, major = event.subject.split(".")
    assert (speaker, major) == (module[2], module[3])
    assert event.model_fields[event.aggregate_field].annotation.__name__ == "UUID"  # type: ignore[union-attr]


def test_no_two_events_have_the_same_subject_or_the_same_name() -> None:
    assert len(by_subject()) == len(declared())
    for speaker in SPEAKERS:
        names = [event.__name__ for event in events_of(speaker)]
        assert len(names) == len(set(names))


def test_no_event_already_said_changed_except_by_an_added_optional_field() -> None:
    assert broken_promises(files.frozen(), schemas_of(declared())) == []


def test_what_is_made_from_the_events_is_up_to_date() -> None:
    late = [str(path) for path in files.behind()]
    assert late == [], "lancez ./ancrage contracts"


def test_nothing_frozen_nor_exampled_is_left_without_its_event() -> None:
    subjects = set(by_subject())
    assert set(files.frozen()) == subjects
    examples = {path.name.removesuffix(".json") for path in (ROOT / files.EXAMPLES).glob("*.json")}
    assert examples == subjects


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy of what is made from the events."""
    for folder in ("shared/contracts", "tests/shared/contracts/examples", "docs/evenements"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def edit(path: Path, change: Any) -> None:
    """Apply `change` to the JSON content of `path`."""
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_the_command_refuses_to_write_over_a_broken_promise(copy: Path) -> None:
    path = copy / "shared/contracts/events/frozen/events.event.cancelled.v1.json"
    edit(path, lambda schema: schema["properties"].update(why={"type": "string"}))
    before = path.read_text(encoding="utf-8")
    (copy / files.PAGES / "qui-dit-quoi.md").unlink()

    with pytest.raises(files.BrokenPromises) as broken:
        files.write(copy)

    assert broken.value.sentences == ["events.event.cancelled.v1 : champ retiré : « why »"]
    assert path.read_text(encoding="utf-8") == before
    assert not (copy / files.PAGES / "qui-dit-quoi.md").exists()


def test_the_command_freezes_an_added_optional_field(copy: Path) -> None:
    path = copy / "shared/contracts/events/frozen/events.registration.confirmed.v1.json"
    edit(path, lambda schema: schema["properties"].pop("promoted"))

    assert path.relative_to(copy) in files.write(copy)

    assert "promoted" in json.loads(path.read_text(encoding="utf-8"))["properties"]
    assert files.behind(copy) == []


def test_the_command_keeps_the_examples_of_older_messages(copy: Path) -> None:
    path = copy / files.EXAMPLES / "events.registration.confirmed.v1.json"
    edit(path, lambda message: message.pop("promoted"))
    older = path.read_text(encoding="utf-8")

    files.write(copy)

    assert path.read_text(encoding="utf-8") == older


@pytest.mark.parametrize("event", EVENT_CLASSES)
def test_an_event_and_its_fields_have_french_words(event: type[IntegrationEvent]) -> None:
    assert event.subject in EVENTS
    assert [name for name in event.model_fields if name not in FIELDS] == []
