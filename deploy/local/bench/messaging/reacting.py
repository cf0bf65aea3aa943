"""Reactions against bare inserts, and the way from a commit to the reaction's own commit."""

import asyncio
import time
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from deploy.local.bench.messaging.measures import Figure, percentile, ratio
from deploy.local.bench.messaging.world import LISTENER, SPEAKER, World, event, write
from shared.contracts.events.v1 import EventCancelled
from shared.messaging import Heard, Reader, on
from shared.messaging.bus import stream_of
from shared.messaging.node import Listening, Node
from shared.persistence.sessions import Database
from shared.persistence.tables import uuid7
from shared.runtime import clock
from shared.telemetry import Telemetry

MESSAGES = 5_000
AGGREGATES = 500
AT_A_TIME = 16
ROUNDS = 3
ALONE = 300

_ROW = "INSERT INTO heard VALUES ($1, $2, $3)"
_POSITION = "INSERT INTO position (reader, aggregate_id, version) VALUES ('mesure', $1, 1)"
_HEARD = text("INSERT INTO heard VALUES (:event_id, :aggregate_id, :number)")


class _Listener:
    """A service that writes one row per event, and knows when each was committed."""

    def __init__(self, world: World) -> None:
        self.database = Database(world.heard, name=LISTENER)
        self.database.after_commit.append(self._committed)
        self.wanted = 0
        self.commits: dict[UUID, float] = {}
        self.done = asyncio.Event()
        self.telemetry = Telemetry(LISTENER)
        reader = Reader(
            speaker=SPEAKER, aggregate="event", reactions=(on(EventCancelled, self._note),)
        )
        listening = Listening(readers=(reader,))
        self.node = Node(
            LISTENER, world.nats, self.database, self.telemetry, listening, clock=clock.now
        )

    async def _note(self, session: AsyncSession, heard: Heard[EventCancelled]) -> None:
        await session.execute(
            _HEARD,
            {
                "event_id": heard.event_id,
                "aggregate_id": heard.aggregate_id,
                "number": heard.event.sequence,
            },
        )
        session.info.setdefault("heard", []).append(heard.aggregate_id)

    def _committed(self, info: dict[Any, Any]) -> None:
        for aggregate_id in info.get("heard", ()):
            self.wanted -= 1
            self.commits[aggregate_id] = time.perf_counter()
        if self.wanted <= 0:
            self.done.set()

    async def close(self) -> None:
        await self.node.stop()
        await self.database.close()
        self.telemetry.close()


async def measure_reactions(world: World) -> list[Figure]:
    """Three interleaved rounds of inserts and reactions; then single events, well apart."""
    samples = []
    for _ in range(ROUNDS):
        await _reset(world)
        straight = await _inserts(world)
        await _reset(world)
        samples.append((await _reactions(world), straight))
    await _reset(world)
    delay = await _commit_to_reaction(world)
    return [
        ratio("reaction_vs_inserts", "réactions/s", samples, "deux insertions", 0.6),
        Figure(name="commit_to_reaction_p99_ms", value=delay, unit="ms", bar=15, at_most=True),
    ]


async def _reset(world: World) -> None:
    speaker = await _speaker(world)
    await speaker.bus.js.purge_stream(stream_of(SPEAKER))
    await speaker.stop()
    for url, tables in (
        (world.said, "journal, aggregate_sequence"),
        (world.heard, "heard, position, reader_state"),
    ):
        connection = await asyncpg.connect(url)
        await connection.execute(f"TRUNCATE {tables}")
        await connection.close()


async def _speaker(world: World) -> Node:
    database = Database(world.said, name=SPEAKER)
    node = Node(SPEAKER, world.nats, database, Telemetry(SPEAKER), Listening(), clock=clock.now)
    await node.start()
    await node.connected.wait()
    return node


async def _inserts(world: World) -> float:
    """BEGIN, two inserts, COMMIT by bare asyncpg, sixteen at a time."""
    connections = [await asyncpg.connect(world.heard) for _ in range(AT_A_TIME)]

    async def some(connection: asyncpg.Connection) -> None:
        for number in range(MESSAGES // AT_A_TIME):
            key = uuid7()
            async with connection.transaction():
                await connection.execute(_POSITION, key)
                await connection.execute(_ROW, uuid7(), key, number)

    begun = time.perf_counter()
    await asyncio.gather(*(some(connection) for connection in connections))
    spent = time.perf_counter() - begun
    for connection in connections:
        await connection.close()
    return MESSAGES / spent


async def _reactions(world: World) -> float:
    """Everything is in the stream; from the first pull to the last commit."""
    connection = await asyncpg.connect(world.said)
    aggregates = [uuid7() for _ in range(AGGREGATES)]
    for number in range(1, MESSAGES // AGGREGATES + 1):
        await write(connection, *(event(one, number) for one in aggregates))
    speaker = await _speaker(world)
    while await connection.fetchval("SELECT count(*) FROM journal WHERE stream_seq IS NULL"):  # noqa: ASYNC110 - PostgreSQL tells nobody
        await asyncio.sleep(0.05)
    await speaker.stop()
    await connection.close()
    listener = _Listener(world)
    listener.wanted = MESSAGES
    await listener.node.start()
    await listener.node.connected.wait()
    begun = time.perf_counter()
    await listener.done.wait()
    spent = time.perf_counter() - begun
    await listener.close()
    return MESSAGES / spent


async def _commit_to_reaction(world: World) -> float:
    """Milliseconds from a commit to the commit of its reaction, idle, 99th percentile."""
    speaker, listener = await _speaker(world), _Listener(world)
    listener.wanted = ALONE
    await listener.node.start()
    connection = await asyncpg.connect(world.said)
    written: dict[UUID, float] = {}
    for number in range(ALONE):
        key = uuid7()
        await write(connection, event(key))
        written[key] = time.perf_counter()
        speaker.relay.wake()
        await asyncio.sleep(0.02 + 0.02 * (number % 10) / 10)
    await listener.done.wait()
    await connection.close()
    await listener.close()
    await speaker.stop()
    delays = [(listener.commits[key] - moment) * 1_000 for key, moment in written.items()]
    return percentile(delays[10:], 0.99)
