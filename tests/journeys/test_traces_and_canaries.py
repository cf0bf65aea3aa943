"""What is left of a person in the plumbing: one trace, and not a letter of their name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.journeys.conftest import Platform
from tests.journeys.story import Staff, Student, until

pytestmark = [pytest.mark.platform, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def canary(platform: Platform) -> Iterator[Student]:
    """Somebody whose names are found nowhere else, registered and written to."""
    student = Student(platform, f"Zqx{uuid4().hex[:8]}", f"Kvj{uuid4().hex[:8]}")
    agency = Staff(platform)
    assert student.register(agency.publish_evening()).status_code == 201
    student.letter("confirmée")
    agency.line(agency.person(student.last_name)["id"], "notifications.message.sent", 15)
    yield student
    student.browser.close()
    agency.close()


def attributes(span: dict[str, Any]) -> dict[str, Any]:
    """The attributes of a span."""
    return dict(span["attributes"])


def test_one_trace_goes_from_the_click_to_the_reply_of_the_mail_server(
    platform: Platform, canary: Student
) -> None:
    def sent() -> dict[str, Any] | None:
        return next((s for s in reversed(platform.spans) if "smtp.code" in attributes(s)), None)

    until(sent, "the span of the sending")
    clicks = [
        s for s in platform.spans if s["name"].startswith("POST") and "registrations" in s["name"]
    ]
    trace = clicks[-1]["context"]["trace_id"]

    def whole() -> list[dict[str, Any]] | None:
        found = [s for s in platform.spans if s["context"]["trace_id"] == trace]
        return found if any("smtp.code" in attributes(s) for s in found) else None

    spans = until(whole, "the sending, in the trace of the click")
    letter = next(s for s in spans if "smtp.code" in attributes(s))
    assert attributes(letter)["smtp.code"] == 250
    services = {s["resource"]["attributes"]["service.name"] for s in spans}
    assert {"ancrage-events", "ancrage-notifications", "ancrage-prospection"} <= services


def test_no_letter_of_the_person_is_in_the_logs_the_spans_or_the_streams(
    platform: Platform, canary: Student
) -> None:
    store = _stream_store(platform)
    places = [
        platform.folder / "journal.log",
        platform.folder.parent / "spans.jsonl",
        *(folder for folder in store.iterdir() if not folder.name.startswith("CARDS_")),
    ]
    assert any(folder.name == "EVENTS" for folder in places)
    words = [canary.first_name, canary.last_name, canary.email]
    assert [place.name for place in places if _holds(place, words)] == []


def test_the_canary_is_where_it_belongs(platform: Platform, canary: Student) -> None:
    cards = _stream_store(platform) / "CARDS_EVENTS"
    assert _holds(cards, [canary.last_name])


def _stream_store(platform: Platform) -> Path:
    return next(platform.folder.rglob("jetstream/$G/streams"))


def _holds(place: Path, words: list[str]) -> bool:
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    needles = [word.casefold().encode() for word in words]
    return any(needle in path.read_bytes().lower() for path in files for needle in needles)
