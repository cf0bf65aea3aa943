"""From the journal to the stream: one active relay per service, by presence of rows."""

import asyncio
import json
import logging
import zlib
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg
from asyncpg.exceptions import InterfaceError, PostgresError

from shared.messaging.alarms import Alarms
from shared.messaging.bus import Bus, Outgoing, PublishRefused, stream_of
from shared.messaging.card_relay import CardRelay
from shared.messaging.outbox import COMMITTED

logger = logging.getLogger(__name__)

BATCH = 200
POLL_SECONDS = 1.0
STANDBY_SECONDS = 0.5
PARK_AFTER = 5

_SELECT = """
    SELECT id, event_id, subject, aggregate_id, version, headers, payload, attempts
    FROM journal
    WHERE stream_seq IS NULL AND id <> ALL($1::bigint[]) AND aggregate_id <> ALL($2::uuid[])
    ORDER BY id LIMIT $3
"""
_MARK = """
    UPDATE journal SET stream_seq = done.seq
    FROM unnest($1::bigint[], $2::bigint[]) AS done (id, seq) WHERE journal.id = done.id
"""
_PARKED = "SELECT DISTINCT aggregate_id FROM journal WHERE parked_at IS NOT NULL"
_FAILED = """
    UPDATE journal SET attempts = attempts + 1, last_error = $2,
        parked_at = CASE WHEN attempts + 1 >= $3 THEN now() ELSE parked_at END
    WHERE id = $1 RETURNING parked_at IS NOT NULL
"""


class Relay:
    """Publishes what was committed. Several may run; the advisory lock makes one of them active."""

    def __init__(
        self, bus: Bus, database_url: str, alarms: Alarms, cards: CardRelay | None
    ) -> None:
        self._bus = bus
        self._url = database_url
        self._alarms = alarms
        self._cards = cards
        self._wake = asyncio.Event()
        self._stopping = False
        self._stream = stream_of(bus.service)
        self._lock_key = zlib.crc32(f"ancrage-relay-{bus.service}".encode())
        self.active = False

    def after_commit(self, info: dict[Any, Any]) -> None:
        """Wake up when a transaction wrote to the journal."""
        if info.get(COMMITTED):
            self._wake.set()

    def wake(self) -> None:
        """Look now, without waiting for the next poll."""
        self._wake.set()

    def stop(self) -> None:
        """Finish what is committed, then leave."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Until `stop`: be active when nobody else is, whatever PostgreSQL and NATS do."""
        delay = 0.1
        while not self._stopping:
            try:
                if await self._run_as_leader():
                    delay = 0.1
            except (OSError, TimeoutError, PostgresError, InterfaceError) as error:
                self._trouble(error)
            except Exception as error:  # nats errors share no base class with OSError
                if not type(error).__module__.startswith("nats"):
                    raise
                self._trouble(error)
            if not self._stopping:
                await asyncio.sleep(delay)
                delay = min(delay * 2, 2.0)

    def _trouble(self, error: Exception) -> None:
        self.active = False
        logger.warning("relay %s: %s, will try again", self._bus.service, type(error).__name__)
        self._alarms.raise_("relay", "La publication des évènements est interrompue.")

    async def _run_as_leader(self) -> bool:
        # Two connections of its own: one holds the lock and reads, the other marks meanwhile.
        reading = await asyncpg.connect(self._url, timeout=5)
        try:
            while not await reading.fetchval("SELECT pg_try_advisory_lock($1)", self._lock_key):
                if self._stopping:
                    return True
                await asyncio.sleep(STANDBY_SECONDS)
            marking = await asyncpg.connect(self._url, timeout=5)
            try:
                await self._lead(reading, marking)
            finally:
                await _close(marking)
        finally:
            self.active = False
            await _close(reading)
        return True

    async def _lead(self, reading: asyncpg.Connection, marking: asyncpg.Connection) -> None:
        self.active = True
        while True:
            stopping = self._stopping
            self._wake.clear()
            moved = await self._cards.send_dirty(reading) if self._cards else 0
            moved += await self.drain(reading, marking)
            self._alarms.clear("relay")
            if moved:
                continue
            if stopping:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)

    async def drain(self, reading: asyncpg.Connection, marking: asyncpg.Connection) -> int:
        """Publish all that waits; a batch is published while the one before is being marked."""
        parked = [row["aggregate_id"] for row in await reading.fetch(_PARKED)]
        marked: asyncio.Task[Any] | None = None
        in_flight: list[int] = []
        total = 0
        try:
            while rows := await reading.fetch(_SELECT, in_flight, parked, BATCH):
                sequences = await self._publish(rows, reading, parked)
                if marked is not None:
                    await marked
                in_flight = [row["id"] for row, seq in zip(rows, sequences, strict=True) if seq]
                done = [seq for seq in sequences if seq]
                marked = asyncio.create_task(marking.execute(_MARK, in_flight, done))
                total += len(done)
                if len(rows) < BATCH and len(done) == len(rows):
                    break
        finally:
            if marked is not None:
                await marked
        return total

    async def _publish(
        self, rows: Sequence[asyncpg.Record], connection: asyncpg.Connection, parked: list[UUID]
    ) -> list[int | None]:
        try:
            return list(await self._bus.publish([outgoing(row) for row in rows], self._stream))
        except PublishRefused:
            return await self._publish_around_poison(rows, connection, parked)

    async def _publish_around_poison(
        self, rows: Sequence[asyncpg.Record], connection: asyncpg.Connection, parked: list[UUID]
    ) -> list[int | None]:
        """One by one: what can never pass parks its aggregate, and the queue goes on."""
        sequences: list[int | None] = []
        refused: set[UUID] = set()
        for row in rows:
            if row["aggregate_id"] in refused:
                sequences.append(None)
                continue
            try:
                sequences.extend(await self._bus.publish([outgoing(row)], self._stream))
            except PublishRefused as error:
                refused.add(row["aggregate_id"])
                sequences.append(None)
                if await connection.fetchval(_FAILED, row["id"], str(error), PARK_AFTER):
                    parked.append(row["aggregate_id"])
                    self._alarms.raise_(
                        "parked", "Un évènement ne peut pas être publié : sa suite est retenue."
                    )
        return sequences


def outgoing(row: asyncpg.Record) -> Outgoing:
    """A journal row as a NATS message (CloudEvents 1.0, binary mode)."""
    headers: dict[str, str] = json.loads(row["headers"])
    headers["ce-aggregateversion"] = str(row["version"])
    headers["Nats-Msg-Id"] = str(row["event_id"])
    return Outgoing(row["subject"], row["payload"].encode(), headers)


async def _close(connection: asyncpg.Connection) -> None:
    with suppress(OSError, TimeoutError, PostgresError, InterfaceError):
        await connection.close(timeout=2)
