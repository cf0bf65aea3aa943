"""From a commit to a reaction: once, in order, whatever happens in between."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy.exc import OperationalError

from shared.contracts.events.v1 import EventCancelled
from shared.messaging import Heard, because_of_a_click, outbox
from shared.messaging.bus import Outgoing
from shared.persistence.tables import uuid7
from shared.telemetry import Telemetry
from tests.shared.messaging.conftest import World, cancelled, until

pytestmark = [pytest.mark.postgres, pytest.mark.nats]


async def say(world: World, *events: object) -> list[UUID]:
    """Publish events, each in its own transaction."""
    ids = []
    for event in events:
        with because_of_a_click("essai"):
            async with world.speaker_database.transaction() as session:
                ids.append(await outbox.publish(session, event))  # type: ignore[arg-type] # events of the tests
    return ids


async def test_what_was_committed_is_heard_once_with_its_causes(world: World) -> None:
    await world.speaker.start()
    await world.listener_node().start()
    event = cancelled()
    (event_id,) = await say(world, event)
    await until(lambda: _heard(world, 1))
    envelope = world.listener.envelopes[0]
    assert (envelope.event_id, envelope.aggregate_id, envelope.version, envelope.action) == (
        event_id,
        event.event_id,
        1,
        "essai",
    )
    assert envelope.live


async def test_a_rolled_back_transaction_says_nothing(world: World) -> None:
    with pytest.raises(RuntimeError, match="regret"):
        async with world.speaker_database.transaction() as session:
            await outbox.publish(session, cancelled())
            raise RuntimeError("regret")
    assert await world.column(world.speaker_database, "SELECT count(*) FROM journal") == [0]


async def test_versions_of_one_aggregate_are_contiguous_and_heard_in_order(world: World) -> None:
    await world.speaker.start()
    await world.listener_node().start()
    event_id = uuid7()
    await say(world, *(cancelled(event_id, number) for number in range(1, 61)))
    await until(lambda: _heard(world, 60))
    assert [sequence for _, sequence in await world.heard()] == list(range(1, 61))


async def test_two_processes_and_a_second_delivery_react_once(world: World) -> None:
    await world.speaker.start()
    await world.listener_node().start()
    await world.listener_node().start()
    events = [cancelled() for _ in range(150)]
    async with world.speaker_database.transaction() as session:
        await outbox.publish_many(session, events)
    await until(lambda: _heard(world, 150))
    await _publish_again(world)
    last = cancelled()
    await say(world, last)
    await until(lambda: _has(world, last.event_id))
    assert len(await world.heard()) == 151


async def test_a_message_that_comes_too_early_waits_for_the_missing_one(world: World) -> None:
    await world.speaker.start()
    await until(lambda: _active(world))
    event_id = uuid7()
    await say(world, cancelled(event_id, 1), cancelled(event_id, 2))
    await until(lambda: _published(world, 2))
    first, second = await _messages(world)
    await _purge(world)
    await world.listener_node().start()
    await _publish_raw(world, second, "bis-2")
    await until(lambda: _published(world, 2))
    await _publish_raw(world, first, "bis-1")
    await until(lambda: _heard(world, 2))
    assert [sequence for _, sequence in await world.heard()] == [1, 2]


async def test_a_failing_reaction_blocks_its_aggregate_only(world: World) -> None:
    poisoned, healthy = uuid7(), uuid7()
    world.listener.refuse = lambda heard: (
        ValueError("never") if heard.aggregate_id == poisoned else None
    )
    await world.speaker.start()
    await world.listener_node().start()
    await say(world, cancelled(poisoned, 1), cancelled(poisoned, 2), cancelled(healthy, 1))
    await until(lambda: _has(world, healthy))
    await until(lambda: _dead(world, 2))
    rows = await world.column(
        world.listener_database,
        "SELECT (version, follows, error)::text FROM dead_letter ORDER BY version",
    )
    assert rows == ["(1,f,ValueError)", "(2,t,blocked)"]


async def test_an_unknown_major_version_is_kept_aside_whole(world: World) -> None:
    await world.speaker.start()
    await world.listener_node().start()
    event_id = uuid7()
    await _publish_raw(
        world,
        Outgoing("events.event.cancelled.v9", b'{"entirely":"new"}', _headers(event_id, 1, "v9")),
        "v9",
    )
    await until(lambda: _dead(world, 1))
    kept = await world.column(world.listener_database, "SELECT error FROM dead_letter")
    assert kept == ["UnknownVersion"]


async def test_a_passing_trouble_is_waited_out_and_never_dead(world: World) -> None:
    left = [3]

    def trouble(_heard: Heard[EventCancelled]) -> Exception | None:
        left[0] -= 1
        if left[0] < 0:
            return None
        return OperationalError(
            "", {}, asyncpg.TooManyConnectionsError(), connection_invalidated=True
        )

    world.listener.refuse = trouble
    await world.speaker.start()
    await world.listener_node().start()
    await say(world, cancelled())
    await until(lambda: _heard(world, 1))
    assert await world.column(world.listener_database, "SELECT count(*) FROM dead_letter") == [0]


async def test_a_second_relay_takes_over_within_two_seconds(world: World) -> None:
    await world.speaker.start()
    await until(lambda: _active(world))
    standby = world.speaker_node()
    await standby.start()
    await world.listener_node().start()
    await world.speaker.stop(grace=2)
    world.nodes.remove(world.speaker)
    await say(world, cancelled())

    async def taken_over() -> bool:
        return standby.relay.active and bool(await world.heard())

    await until(taken_over, limit=2.0)


async def test_a_row_that_can_never_pass_parks_its_aggregate_and_no_other(world: World) -> None:
    poisoned = uuid7()
    await say(world, cancelled(poisoned, 1), cancelled(poisoned, 2), cancelled(), cancelled())
    await world.column(
        world.speaker_database,
        "UPDATE journal SET payload = repeat('x', 2000000) WHERE version = 1"
        f" AND aggregate_id = '{poisoned}' RETURNING 1",
    )
    await world.speaker.start()
    await until(lambda: _published(world, 2))
    waiting = await world.column(
        world.speaker_database,
        "SELECT aggregate_id FROM journal WHERE stream_seq IS NULL ORDER BY version",
    )
    assert waiting == [poisoned, poisoned]


async def test_history_older_than_the_reader_is_not_live(world: World) -> None:
    await say(world, cancelled())
    await world.speaker.start()
    await world.listener_node().start()
    await until(lambda: _heard(world, 1))
    assert not world.listener.envelopes[0].live


@pytest.fixture
def spans() -> InMemorySpanExporter:
    """Spans kept in memory."""
    return InMemorySpanExporter()


async def test_the_reaction_belongs_to_the_trace_of_the_click(
    world: World, spans: InMemorySpanExporter
) -> None:
    telemetry = Telemetry("essai", exporter=spans)
    world.telemetry = telemetry
    await world.speaker.start()
    await world.listener_node().start()
    with telemetry.span("click") as click:
        await say(world, cancelled())
    await until(lambda: _heard(world, 1))
    telemetry.provider.force_flush()
    reaction = next(s for s in spans.get_finished_spans() if s.name.startswith("react"))
    context = reaction.get_span_context()
    assert context is not None
    assert context.trace_id == click.get_span_context().trace_id


async def _heard(world: World, number: int) -> bool:
    return len(await world.heard()) >= number


async def _has(world: World, aggregate_id: UUID) -> bool:
    return aggregate_id in {key for key, _ in await world.heard()}


async def _dead(world: World, number: int) -> bool:
    return await world.column(world.listener_database, "SELECT count(*) FROM dead_letter") == [
        number
    ]


async def _active(world: World) -> bool:
    return world.speaker.relay.active


async def _published(world: World, number: int) -> bool:
    query = "SELECT count(*) FROM journal WHERE stream_seq IS NOT NULL"
    return await world.column(world.speaker_database, query) == [number]


async def _messages(world: World) -> list[Outgoing]:
    js = world.speaker.bus.js
    info = await js.stream_info("EVENTS")
    stored = [await js.get_msg("EVENTS", seq) for seq in range(1, info.state.messages + 1)]
    return [Outgoing(m.subject or "", m.data or b"", _own(m.headers or {})) for m in stored]


def _own(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if not name.startswith("Nats-")}


async def _purge(world: World) -> None:
    await world.speaker.bus.js.purge_stream("EVENTS")


async def _publish_raw(world: World, message: Outgoing, message_id: str) -> None:
    await until(lambda: _active(world))
    headers = {**message.headers, "Nats-Msg-Id": message_id}
    await world.speaker.bus.js.publish(message.subject, message.payload, headers=headers)


async def _publish_again(world: World) -> None:
    for place, message in enumerate(await _messages(world)):
        await _publish_raw(world, message, f"again-{place}")


def _headers(aggregate_id: UUID, version: int, major: str) -> dict[str, str]:
    return {
        "ce-id": str(uuid7()),
        "ce-type": f"events.event.cancelled.{major}",
        "ce-subject": str(aggregate_id),
        "ce-time": datetime.now(UTC).isoformat(),
        "ce-correlationid": str(uuid7()),
        "ce-causationid": str(uuid7()),
        "ce-aggregateversion": str(version),
    }
