"""From the rows that wait to the stream: windows read ahead, published by batches, then marked."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from shared.messaging.alarms import Alarms
from shared.messaging.bus import Bus, Outgoing, PublishRefused, stream_of

BATCH = 200
WINDOW = 5 * BATCH
"""Rows read, and marked, together: one statement for five batches."""
PARK_AFTER = 5

_SELECT = """
    SELECT id, event_id::text, subject, aggregate_id, version, headers, payload
    FROM journal
    WHERE stream_seq IS NULL AND id > $1 AND id <> ALL($2::bigint[])
        AND aggregate_id <> ALL($3::uuid[])
    ORDER BY id LIMIT $4
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

_Done = list[tuple[int, int]]
_Refused = list[tuple[asyncpg.Record, str]]


class Drain:
    """The work of the active relay, on two connections: one reads, the other marks meanwhile."""

    def __init__(
        self, bus: Bus, alarms: Alarms, reading: asyncpg.Connection, marking: asyncpg.Connection
    ) -> None:
        self._bus = bus
        self._alarms = alarms
        self._reading = reading
        self._marking = marking
        self._stream = stream_of(bus.service)
        self._marked: asyncio.Task[Any] | None = None
        self._in_flight: list[int] = []
        self._parked: list[UUID] = []

    async def run(self) -> int:
        """Publish and mark all that waits, once; returns how many rows moved.

        A window is published while the one before is marked and the one after is read.
        """
        total = 0
        rows = await self._read(0)
        while rows:
            ahead = None
            if len(rows) == WINDOW:
                ahead = asyncio.create_task(self._read(rows[-1]["id"]))
            try:
                done, refused = await self._publish_window(rows)
                await self._mark(done)
            finally:
                if ahead is not None:
                    await asyncio.wait({ahead})
            total += len(done) + len(refused)
            for row, error in refused:
                await self._note_refusal(row, error)
            rows = ahead.result() if ahead is not None else ()
        return total

    async def _publish_window(self, rows: Sequence[asyncpg.Record]) -> tuple[_Done, _Refused]:
        done: _Done = []
        refused: _Refused = []
        for start in range(0, len(rows), BATCH):
            some = rows[start : start + BATCH]
            try:
                sequences = await self._send(some)
            except PublishRefused:
                await self._publish_around_poison(some, done, refused)
            else:
                done.extend(zip((row["id"] for row in some), sequences, strict=True))
        return done, refused

    async def _publish_around_poison(
        self, rows: Sequence[asyncpg.Record], done: _Done, refused: _Refused
    ) -> None:
        """One by one: what can never pass holds its aggregate back, and the queue goes on."""
        for row in rows:
            if row["aggregate_id"] in {one["aggregate_id"] for one, _ in refused}:
                continue
            try:
                done.append((row["id"], (await self._send([row]))[0]))
            except PublishRefused as error:
                refused.append((row, str(error)))

    async def _send(self, rows: Sequence[asyncpg.Record]) -> list[int]:
        own = f"{self._bus.service}."
        if not all(row["subject"].startswith(own) for row in rows):
            # The server would refuse it without a word, and everything behind it would wait.
            raise PublishRefused("not a subject of this service")
        return await self._bus.publish([outgoing(row) for row in rows], self._stream)

    async def _note_refusal(self, row: asyncpg.Record, error: str) -> None:
        if await self._reading.fetchval(_FAILED, row["id"], error, PARK_AFTER):
            await self.look_for_parked()

    async def look_for_parked(self) -> None:
        """Learn which aggregates are held back, because a row of theirs can never pass."""
        found = await self._reading.fetch(_PARKED)
        self._parked = [row["aggregate_id"] for row in found]
        if self._parked:
            self._alarms.raise_(
                "parked", "Un évènement ne peut pas être publié : sa suite est retenue."
            )
        else:
            self._alarms.clear("parked")

    async def _read(self, after: int) -> Sequence[asyncpg.Record]:
        """What waits, those being marked left out."""
        rows: Sequence[asyncpg.Record] = await self._reading.fetch(
            _SELECT, after, self._in_flight, self._parked, WINDOW
        )
        return rows

    async def _mark(self, done: _Done) -> None:
        """Begin to mark these rows, once those before are."""
        await self.marked()
        self._in_flight = [row for row, _ in done]
        if done:
            sequences = [sequence for _, sequence in done]
            self._marked = asyncio.create_task(
                self._marking.execute(_MARK, self._in_flight, sequences)
            )

    async def marked(self) -> None:
        """Wait for the marking under way."""
        if self._marked is not None:
            marked, self._marked = self._marked, None
            await marked


def outgoing(row: asyncpg.Record, suffix: str = "") -> Outgoing:
    """A journal row as a NATS message (CloudEvents 1.0, binary mode)."""
    headers: dict[str, str] = json.loads(row["headers"])
    headers["ce-aggregateversion"] = str(row["version"])
    headers["Nats-Msg-Id"] = f"{row['event_id']}{suffix}"
    return Outgoing(row["subject"], row["payload"].encode(), headers)
