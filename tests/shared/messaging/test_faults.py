"""What is deleted, cut, refused or lost: told, mended, and nothing is lost."""

import time
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy.exc import OperationalError

from deploy.local.nats import Nats, User, start_nats
from deploy.local.state import State
from shared.contracts.events.v1 import EventCancelled
from shared.messaging import Heard, lanes
from shared.messaging.alarms import Alarms
from shared.messaging.bus import RIGHTS_TO_READ, Bus
from shared.messaging.deploy import ensure_streams
from shared.messaging.node import Node
from shared.persistence.tables import uuid7
from tests.shared.messaging.conftest import World, cancelled, until

pytestmark = [pytest.mark.postgres, pytest.mark.nats]


async def started(world: World) -> Node:
    """Start the speaker and one listener, both at work."""
    listener = world.listener_node()
    await world.speaker.start()
    await listener.start()
    await world.say(cancelled())
    await until(lambda: world.has_heard(1))
    return listener


async def test_a_standby_takes_over_when_the_session_of_the_leader_is_cut(world: World) -> None:
    await started(world)
    standby = world.speaker_node()
    await standby.start()
    await until(lambda: _true(standby.connected.is_set()))
    cutter = await asyncpg.connect(world.said_url)
    begun = time.monotonic()
    cut = await cutter.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'ancrage-relay-events'"
        " AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)"
    )
    await cutter.close()
    assert len(cut) == 1
    await world.say(cancelled())
    await until(lambda: world.has_heard(2))
    assert time.monotonic() - begun < 2.0


async def test_an_event_of_another_service_in_our_journal_parks_its_aggregate_alone(
    world: World,
) -> None:
    stranger = uuid7()
    await world.say(cancelled(stranger), cancelled(), cancelled())
    await world.column(
        world.speaker_database,
        f"UPDATE journal SET subject = 'logement.stay.booked.v1'"
        f" WHERE aggregate_id = '{stranger}' RETURNING 1",
    )
    await world.speaker.start()
    await until(lambda: world.published(2))
    await until(lambda: _true("parked" in world.speaker.alarms.raised))


async def test_a_deleted_durable_is_told_and_made_again(world: World) -> None:
    listener = await started(world)
    await world.speaker.bus.js.delete_consumer("EVENTS", "notifications--events-event")
    begun = time.monotonic()
    await world.say(cancelled())
    await until(lambda: world.has_heard(2), limit=15)
    assert time.monotonic() - begun < 15
    assert listener.alarms.counts["consumer-events-event"] == 1
    await until(lambda: _true("consumer-events-event" not in listener.alarms.raised))


async def test_a_missing_stream_is_told_without_a_hot_loop_and_only_deploy_makes_it(
    world: World, open_nats: Nats
) -> None:
    listener = await started(world)
    await world.speaker.bus.js.delete_stream("EVENTS")
    await world.say(cancelled())
    await until(lambda: _true("stream" in world.speaker.alarms.raised))
    await until(lambda: _true("consumer-events-event" in listener.alarms.raised))
    spent, begun = time.process_time(), time.monotonic()
    await until(lambda: _true(time.monotonic() - begun > 3))
    # The waiting itself looks a hundred times a second; two nodes that try again add little.
    assert (time.process_time() - spent) / (time.monotonic() - begun) < 0.2
    assert await ensure_streams(open_nats.url("a"), ["events"]) == ["EVENTS"]
    await until(lambda: world.has_heard(2))
    await until(lambda: _true(not world.speaker.alarms.raised and not listener.alarms.raised))


async def test_a_gap_is_held_told_and_filled_from_the_journal(world: World) -> None:
    world.gap_alarm_after = 0.5
    await world.speaker.start()
    event_id = uuid7()
    await world.say(*(cancelled(event_id, number) for number in (1, 2, 3)))
    await until(lambda: world.published(3))
    await world.speaker.bus.js.delete_msg("EVENTS", 1)
    listener = world.listener_node()
    await listener.start()
    await until(lambda: world.has_heard(3))
    assert [sequence for _, sequence in await world.heard()] == [1, 2, 3]
    await until(lambda: _true("gap-events-event" not in listener.alarms.raised))


async def test_a_gap_that_nobody_fills_becomes_an_alarm(world: World) -> None:
    world.gap_alarm_after = 0.5
    await world.speaker.start()
    event_id = uuid7()
    await world.say(cancelled(event_id, 1), cancelled(event_id, 2))
    await until(lambda: world.published(2))
    await world.speaker.bus.js.delete_msg("EVENTS", 1)
    await world.speaker.stop(grace=2)
    world.nodes.remove(world.speaker)
    listener = world.listener_node()
    await listener.start()
    await until(lambda: _true("gap-events-event" in listener.alarms.raised))
    assert await world.heard() == []


async def test_a_reaction_that_keeps_failing_pauses_the_reader_and_readiness_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "RETRY_SECONDS", (0.02,))
    down = [True]

    def trouble(_heard: Heard[EventCancelled]) -> Exception | None:
        error = asyncpg.TooManyConnectionsError()
        return OperationalError("", {}, error, connection_invalidated=True) if down[0] else None

    world.listener.refuse = trouble
    await world.speaker.start()
    listener = world.listener_node()
    await listener.start()
    await world.say(cancelled())
    await until(lambda: _true(listener.alarms.blocking))
    assert listener.readings[0].pull.room() == 0
    down[0] = False
    await until(lambda: world.has_heard(1))
    await until(lambda: _true(not listener.alarms.blocking))
    await world.say(cancelled())
    await until(lambda: world.has_heard(2))
    assert await world.dead(0)


async def test_order_per_aggregate_holds_with_two_processes_and_redelivery(world: World) -> None:
    await world.speaker.start()
    aggregates = [uuid7() for _ in range(12)]
    for number in range(1, 21):
        await world.say(*(cancelled(aggregate, number) for aggregate in aggregates))
    await until(lambda: world.published(240))
    first, second = world.listener_node(), world.listener_node()
    await first.start()
    await second.start()
    await until(lambda: world.has_heard(60))
    await world.column(
        world.speaker_database,
        "UPDATE journal SET stream_seq = NULL, event_id = event_id RETURNING 1",
    )
    for aggregate in aggregates:
        world.speaker.relay.publish_again(
            f'{{"aggregate": "event", "aggregate_id": "{aggregate}", "from_version": 1}}'.encode()
        )
    world.speaker.relay.wake()
    await until(lambda: world.has_heard(240), limit=60)
    reached: dict[UUID, int] = {}
    inversions = 0
    for aggregate, sequence in await world.heard():
        inversions += sequence != reached.get(aggregate, 0) + 1
        reached[aggregate] = sequence
    assert inversions == 0
    assert len(await world.heard()) == 240


async def test_a_dead_letter_is_kept_whatever_its_bytes(world: World) -> None:
    await world.speaker.start()
    await world.listener_node().start()
    await until(lambda: _true(world.speaker.relay.active))
    headers = {
        "ce-id": str(uuid7()),
        "ce-type": "events.event.cancelled.v1",
        "ce-subject": str(uuid7()),
        "ce-time": "2027-05-20T19:00:00+00:00",
        "ce-correlationid": str(uuid7()),
        "ce-causationid": str(uuid7()),
        "ce-aggregateversion": "1",
    }
    js = world.speaker.bus.js
    await js.publish("events.event.cancelled.v1", b"\x00\xff not json", headers=headers)
    beyond = {**headers, "ce-aggregateversion": str(2**70)}
    await js.publish("events.event.cancelled.v1", b"{}", headers=beyond)
    await until(lambda: world.dead(1))
    await world.say(cancelled())
    await until(lambda: world.has_heard(1))


async def test_a_refused_operation_becomes_an_alarm(nats: Nats) -> None:
    alarms = Alarms()
    bus = Bus("events", nats.url("events"), alarms)
    await bus.connect()
    try:
        await bus.call("logement.stay.booked.v1", b"{}")
        await bus.client.flush()
        await until(lambda: _true(RIGHTS_TO_READ in alarms.raised))
        assert alarms.blocking
    finally:
        await bus.close()


async def test_reading_and_publishing_go_on_after_the_server_was_away(
    world: World, open_folder: Path
) -> None:
    state = State.open(open_folder)
    users = {"a": User(password=state.secret("nats:a"), publish=[">"], subscribe=[">"])}
    server = await start_nats(state, users)
    await ensure_streams(server.url("a"), ["events"])
    apart = World(server, [world.said_url, world.heard_url], world.telemetry)
    try:
        await started(apart)
        await server.stop()
        await apart.say(cancelled())
        server = await start_nats(state, users)
        await until(lambda: apart.has_heard(2), limit=10)
        await apart.say(cancelled())
        await until(lambda: apart.has_heard(3), limit=10)
    finally:
        await apart.close()
        await server.stop()


async def test_a_node_may_start_before_its_server(world: World, open_folder: Path) -> None:
    state = State.open(open_folder)
    users = {"a": User(password=state.secret("nats:a"), publish=[">"], subscribe=[">"])}
    server = await start_nats(state, users)
    await ensure_streams(server.url("a"), ["events"])
    await server.stop()
    apart = World(server, [world.said_url, world.heard_url], world.telemetry)
    try:
        await apart.speaker.start()
        await apart.listener_node().start()
        await apart.say(cancelled())
        server = await start_nats(state, users)
        await until(lambda: apart.has_heard(1), limit=10)
    finally:
        await apart.close()
        await server.stop()


async def _true(value: bool) -> bool:
    return value
