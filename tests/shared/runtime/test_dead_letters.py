"""The page of messages that wait for somebody, and the figures of a service."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.events.v1 import EventCancelled
from shared.messaging import Heard, Reader, on
from shared.persistence.tables import uuid7
from shared.runtime import Service, ServiceSettings
from shared.runtime.dead_letter_words import MASK, cause_of, masked
from shared.runtime.running import RunningService
from shared.security import sessions
from tests.shared.runtime.conftest import client

pytestmark = [pytest.mark.postgres, pytest.mark.nats]

PAGE = "/events/messages-en-souffrance"
Header = Callable[..., dict[str, str]]


async def react(session: AsyncSession, heard: Heard[EventCancelled]) -> None:
    """Keep its number; a negative one cannot be."""
    if heard.event.sequence < 0:
        raise ValueError("never")
    values = {"word": str(heard.event.sequence)}
    await session.execute(text("INSERT INTO kept VALUES (:word)"), values)


@pytest.fixture
async def running(settings: ServiceSettings) -> AsyncIterator[RunningService]:
    """The service of the tests, its messaging left stopped."""
    reader = Reader(speaker="events", aggregate="event", reactions=(on(EventCancelled, react),))
    service = Service(name="events", settings=ServiceSettings, routers=(), readers=(reader,))
    made = RunningService(service, settings)
    yield made
    await made.stop(grace=1)


async def put(running: RunningService, aggregate: UUID, *sequences: int) -> list[UUID]:
    """Dead letters of one aggregate, as the reader keeps them."""
    ids = [uuid7() for _ in sequences]
    async with running.resources.sessions() as session:
        for version, (letter, sequence) in enumerate(zip(ids, sequences, strict=True), start=1):
            event = EventCancelled(
                event_id=aggregate, sequence=sequence, occurred_at=datetime.now(UTC)
            )
            headers = {
                "ce-id": str(letter),
                "ce-type": event.subject,
                "ce-subject": str(aggregate),
                "ce-aggregateversion": str(version),
                "ce-time": "2027-05-20T19:00:00+00:00",
                "ce-correlationid": str(uuid7()),
                "ce-causationid": str(uuid7()),
            }
            await session.execute(
                text(
                    "INSERT INTO dead_letter (id, reader, event_id, subject, aggregate_id,"
                    " version, headers, payload, error, follows, recorded_at) VALUES (:id,"
                    " 'events-event', :id, :subject, :aggregate, :version, CAST(:headers AS"
                    " jsonb), :payload, :error, :follows, now())"
                ),
                {
                    "id": letter,
                    "subject": event.subject,
                    "aggregate": aggregate,
                    "version": version,
                    "headers": json.dumps(headers),
                    "payload": event.model_dump_json(),
                    "error": "ValueError" if version == 1 else "blocked",
                    "follows": version > 1,
                },
            )
        await session.execute(
            text("INSERT INTO position VALUES ('events-event', :a, :v, true)"),
            {"a": aggregate, "v": len(ids)},
        )
    return ids


async def kept(running: RunningService) -> list[str]:
    """What reactions wrote."""
    async with running.resources.sessions() as session:
        return [row.word for row in await session.execute(text("SELECT word FROM kept"))]


async def test_the_page_is_for_administrators(running: RunningService, bearer: Header) -> None:
    async with client(running.app) as browser:
        assert (await browser.get(PAGE, headers=bearer("evenements"))).status_code == 403
        assert (await browser.get(PAGE)).status_code == 303
        assert (await browser.get("/events/metrics", headers=bearer("dpo"))).status_code == 403
        answer = await browser.get(PAGE, headers=bearer("admin"))
    assert answer.status_code == 200
    assert "Aucun message ici" in answer.text


async def test_messages_are_shown_masked_with_their_cause(
    running: RunningService, bearer: Header
) -> None:
    aggregate = uuid7()
    await put(running, aggregate, -1, 2)
    async with client(running.app) as browser:
        shown = (await browser.get(PAGE, headers=bearer("admin"))).text
        other = await browser.get(f"{PAGE}?type=events.event.changed.v1", headers=bearer("admin"))
        settled = await browser.get(f"{PAGE}?etat=discarded", headers=bearer("admin"))
    assert str(aggregate) in shown
    assert cause_of("blocked") in shown
    assert "anomalie" in shown
    assert "Aucun message ici" in other.text
    assert "Aucun message ici" in settled.text


async def test_replaying_by_type_goes_in_order_and_says_what_failed(
    running: RunningService, bearer: Header
) -> None:
    await put(running, uuid7(), 1, 2)
    await put(running, uuid7(), -1, 7)
    chosen = {"type": "events.event.cancelled.v1"}
    async with client(running.app) as browser:
        answer = await browser.post(f"{PAGE}/rejouer", data=chosen, headers=bearer("admin"))
        assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
        nothing = {"type": "events.event.changed.v1"}
        missing = await browser.post(f"{PAGE}/rejouer", data=nothing, headers=bearer("admin"))
    assert missing.status_code == 404
    assert await kept(running) == ["1", "2"]


async def test_discarding_needs_a_reason_and_is_audited(
    running: RunningService, bearer: Header
) -> None:
    (letter,) = await put(running, uuid7(), -1)
    form = {"message": str(letter), "motif": " "}
    async with client(running.app) as browser:
        refused = await browser.post(f"{PAGE}/ecarter", data=form, headers=bearer("admin"))
        assert refused.status_code == 422
        form["motif"] = "Essai de la plateforme"
        done = await browser.post(f"{PAGE}/ecarter", data=form, headers=bearer("admin"))
        assert done.status_code == 303
        again = await browser.post(f"{PAGE}/ecarter", data=form, headers=bearer("admin"))
        assert again.status_code == 404
        shown = (await browser.get(f"{PAGE}?etat=discarded", headers=bearer("admin"))).text
    assert "Essai de la plateforme" in shown
    async with running.resources.sessions() as session:
        told = (await session.execute(text("SELECT * FROM dead_letter_audit"))).one()
    assert (told.action, told.letter_id, told.detail) == (
        "discarded",
        letter,
        "Essai de la plateforme",
    )
    assert told.who is not None


async def test_a_form_without_its_token_is_refused(running: RunningService) -> None:
    (letter,) = await put(running, uuid7(), 1)
    async with running.resources.sessions() as session:
        token = await sessions.open_session(session, uuid7(), ["admin"], now=datetime.now(UTC))
    cookies = {"cookie": f"{running.app.state.session_cookie}={token}"}
    async with client(running.app) as browser:
        form = {"message": str(letter)}
        answer = await browser.post(f"{PAGE}/rejouer", data=form, headers=cookies)
    assert answer.status_code == 403
    assert await kept(running) == []


async def test_the_figures_name_what_waits(running: RunningService, bearer: Header) -> None:
    await put(running, uuid7(), -1, 2)
    async with client(running.app) as browser:
        figures = (await browser.get("/events/metrics", headers=bearer("admin"))).text
    assert 'ancrage_dead_letters{reader="events-event",service="events"} 2.0' in figures
    assert 'ancrage_journal{figure="oldest_seconds",service="events"} 0.0' in figures


def test_values_are_hidden_unless_they_are_ids_dates_or_choices() -> None:
    aggregate = str(uuid7())
    payload = (
        f'{{"event_id": "{aggregate}", "sequence": 3, "occurred_at": "2027-05-20T19:00:00+00:00",'
        ' "origin": "live", "name": "Ana Fictif", "nested": {"email": "ana@exemple.fr"}}'
    )
    assert masked(payload, EventCancelled) == [
        ("event_id", aggregate),
        ("sequence", "3"),
        ("occurred_at", "2027-05-20T19:00:00+00:00"),
        ("origin", "live"),
        ("name", MASK),
        ("nested", MASK),
    ]
    assert masked('{"origin": "Ana Fictif", "sequence": "Ana"}', EventCancelled) == [
        ("origin", MASK),
        ("sequence", MASK),
    ]
    assert masked('{"sequence": 3}', None) == [("sequence", MASK)]
    assert masked("Ana", None) == [("contenu", "illisible")]
    assert masked('["Ana"]', None) == [("contenu", MASK)]
