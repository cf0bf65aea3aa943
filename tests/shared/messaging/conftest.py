"""A speaker and a listener with their own databases, on a NATS of their own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from deploy.local.nats import Nats
from deploy.local.postgres import Postgres
from shared.contracts.base import IntegrationEvent
from shared.contracts.events.v1 import EventCancelled
from shared.messaging import (
    Card,
    CardReader,
    Envelope,
    Heard,
    Reader,
    because_of_a_click,
    on,
    outbox,
)
from shared.messaging.deploy import ensure_streams
from shared.messaging.node import Listening, Node
from shared.messaging.schema import V1
from shared.persistence.sessions import Database
from shared.persistence.tables import uuid7
from shared.runtime import clock
from shared.telemetry import Telemetry

LIMIT_SECONDS = 15.0


async def until(condition: Callable[[], Awaitable[bool]], limit: float = LIMIT_SECONDS) -> None:
    """Wait for a state, with a limit."""
    loop = asyncio.get_running_loop()
    end = loop.time() + limit
    while not await condition():
        if loop.time() > end:
            raise AssertionError("the expected state was not reached in time")
        await asyncio.sleep(0.01)


def cancelled(event_id: UUID | None = None, sequence: int = 1) -> EventCancelled:
    """Any event will do: the messaging knows none in particular."""
    return EventCancelled(
        event_id=event_id or uuid7(), sequence=sequence, occurred_at=datetime.now(UTC)
    )


@dataclass
class Listener:
    """What was heard, and what to do about it."""

    heard: list[tuple[UUID, int]] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    refuse: Callable[[Heard[EventCancelled]], Exception | None] = lambda _heard: None

    async def react(self, session: AsyncSession, heard: Heard[EventCancelled]) -> None:
        """Write what is heard in the listener's own table."""
        error = self.refuse(heard)
        if error is not None:
            raise error
        await session.execute(
            text("INSERT INTO heard (event_id, aggregate_id, sequence) VALUES (:e, :a, :s)"),
            {"e": heard.event_id, "a": heard.aggregate_id, "s": heard.event.sequence},
        )
        self.envelopes.append(heard)


class World:
    """One speaker (`events`), and as many listeners (`notifications`) as asked for."""

    def __init__(self, nats: Nats, databases: Sequence[str], telemetry: Telemetry) -> None:
        self.nats_url = nats.url("a")
        self.said_url, self.heard_url = databases
        self.telemetry = telemetry
        self.cards: dict[UUID, Card] = {}
        self.speaker_database = Database(self.said_url, name="events")
        self.listener_database = Database(self.heard_url, name="notifications")
        self.listener = Listener()
        self.gap_alarm_after = 30.0
        self.nodes: list[Node] = []
        self.speaker = self.speaker_node()

    def speaker_node(self) -> Node:
        """Another process of the speaker."""

        async def source(_session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Card]:
            return {
                person_id: self.cards[person_id] for person_id in ids if person_id in self.cards
            }

        return self._node("events", self.speaker_database, Listening(cards=source))

    def listener_node(self) -> Node:
        """Another process of the listener."""
        reader = Reader(
            speaker="events",
            aggregate="event",
            reactions=(on(EventCancelled, self.listener.react),),
        )
        listening = Listening(
            readers=(reader,),
            card_readers=(CardReader(speaker="events"),),
            gap_alarm_after=self.gap_alarm_after,
        )
        return self._node("notifications", self.listener_database, listening)

    def _node(self, name: str, database: Database, listening: Listening) -> Node:
        node = Node(name, self.nats_url, database, self.telemetry, listening, clock=clock.now)
        self.nodes.append(node)
        return node

    async def heard(self) -> list[tuple[UUID, int]]:
        """What the listener wrote, in the order of its writing."""
        async with self.listener_database.transaction() as session:
            rows = await session.execute(
                text("SELECT aggregate_id, sequence FROM heard ORDER BY place")
            )
            return [(row.aggregate_id, row.sequence) for row in rows]

    async def column(self, database: Database, query: str) -> list[object]:
        """The first column of a query."""
        async with database.transaction() as session:
            return [row[0] for row in await session.execute(text(query))]

    async def say(self, *events: IntegrationEvent) -> list[UUID]:
        """Publish events, each in its own transaction."""
        ids = []
        for event in events:
            with because_of_a_click("essai"):
                async with self.speaker_database.transaction() as session:
                    ids.append(await outbox.publish(session, event))
        return ids

    async def has_heard(self, number: int) -> bool:
        """Whether the listener wrote at least so many lines."""
        return len(await self.heard()) >= number

    async def published(self, number: int) -> bool:
        """Whether so many journal rows are in the stream."""
        query = "SELECT count(*) FROM journal WHERE stream_seq IS NOT NULL"
        return await self.column(self.speaker_database, query) == [number]

    async def dead(self, number: int) -> bool:
        """Whether so many dead letters are kept."""
        query = "SELECT count(*) FROM dead_letter"
        return await self.column(self.listener_database, query) == [number]

    async def close(self) -> None:
        """Stop everything that was started."""
        for node in self.nodes:
            await node.stop(grace=5)
        await self.speaker_database.close()
        await self.listener_database.close()


@pytest.fixture
async def world(open_nats: Nats, postgres: Postgres, telemetry: Telemetry) -> AsyncIterator[World]:
    """Empty streams and two empty databases."""
    administrator = await asyncpg.connect(postgres.url("postgres"))
    urls = []
    try:
        for name in ("dit", "entendu"):
            await administrator.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            await administrator.execute(f"CREATE DATABASE {name}")
            urls.append(postgres.url(name))
            connection = await asyncpg.connect(urls[-1])
            await connection.execute(V1)
            await connection.execute(
                "CREATE TABLE heard (place bigserial, event_id uuid PRIMARY KEY,"
                " aggregate_id uuid, sequence int)"
            )
            await connection.close()
    finally:
        await administrator.close()
    await forget_streams(open_nats)
    await ensure_streams(open_nats.url("a"), ["events", "notifications"])
    made = World(open_nats, urls, telemetry)
    yield made
    await made.close()


async def forget_streams(server: Nats) -> None:
    """Delete every stream of the server."""
    import nats as client

    connection = await client.connect(server.url("a"))
    js = connection.jetstream()
    for info in await js.streams_info():
        await js.delete_stream(info.config.name or "")
    await connection.close()


@pytest.fixture
def telemetry() -> Telemetry:
    """Spans that go nowhere."""
    return Telemetry("essai")
