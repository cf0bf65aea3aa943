"""A reader rebuilt from the first message, beside the live one, then swapped in one transaction."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import TimeoutError as NatsTimeout

from shared.messaging import shadow
from shared.messaging.bus import stream_of
from shared.messaging.envelopes import Raw, Unreadable, open_envelope
from shared.messaging.reactions import Reactions
from shared.messaging.reader import Reader, Rebuilt
from shared.messaging.shadow import SCHEMA, Shadow
from shared.persistence.sessions import raw_url
from shared.telemetry import Telemetry

GROUP = 100
CATCH_UP_SECONDS = 3.0
_LOCK = "ancrage-rebuild"
_NEVER_LIVE = datetime.max.replace(tzinfo=UTC)

Key = tuple[str, UUID]
"""A reader's name and an aggregate."""


class RebuildFailed(Exception):
    """Nothing was changed: the reader as it is cannot settle what it settled before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilding:
    """What a rebuild did. `before` and `after` are the hashes of each table, live and rebuilt."""

    readers: tuple[str, ...]
    events: int
    before: Mapping[str, str]
    after: Mapping[str, str]
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a service's truth and the streams are; `nats_url` is the deployment's own user."""

    service: str
    database_url: str
    nats_url: str


def together(readers: Sequence[Reader], name: str) -> tuple[Reader, ...]:
    """The reader `name` and all those that write a table it rebuilds, and so on."""
    chosen = {reader.name: reader for reader in readers if reader.name == name}
    if not chosen:
        raise KeyError(name)
    while True:
        tables = {one.table for reader in chosen.values() for one in reader.rebuilds}
        more = {
            reader.name: reader
            for reader in readers
            if tables & {one.table for one in reader.rebuilds}
        }
        if more.keys() <= chosen.keys():
            return tuple(chosen.values())
        chosen |= more


async def rebuild(place: Place, readers: Sequence[Reader], name: str) -> Rebuilding:
    """Rebuild the reader `name` of a service under live traffic; reactions have no outside effect.

    Raises RebuildFailed or UndeclaredTable with the live tables untouched.
    """
    chosen = together(readers, name)
    tables = {one.table: one for reader in chosen for one in reader.rebuilds}
    if not tables:
        raise RebuildFailed(f"{name} declares no table to rebuild")
    connection = await asyncpg.connect(raw_url(place.database_url))
    telemetry = Telemetry(place.service)
    beside = Shadow(place.database_url)
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtext($1))", _LOCK)
        extra = {table for reader in chosen for table in reader.beside}
        await shadow.make(connection, tables.values(), sorted(extra))
        reactions = {r.name: Reactions(r, place.service, telemetry) for r in chosen}
        run = _Run(connection, beside, reactions)
        async with _streams(place.nats_url, chosen) as streams:
            await run.follow_live()
            for stream in streams:
                await run.read(stream)
            return await run.swap(streams, list(tables.values()))
    finally:
        await shadow.drop(connection)
        await connection.close()
        await beside.close()
        telemetry.close()


class _Stream:
    """One reader's messages from the first, in order."""

    def __init__(
        self, reader: str, subscription: "nats.js.JetStreamContext.PushSubscription"
    ) -> None:
        self.reader = reader
        self._subscription = subscription

    async def next(self, timeout: float) -> Msg | None:
        try:
            return await self._subscription.next_msg(timeout=timeout)
        except NatsTimeout:
            return None


@asynccontextmanager
async def _streams(url: str, readers: Sequence[Reader]) -> AsyncIterator[list[_Stream]]:
    client: Client = await nats.connect(url, connect_timeout=5, max_reconnect_attempts=5)
    try:
        js = client.jetstream()
        yield [
            _Stream(
                reader.name,
                await js.subscribe(
                    reader.filter, stream=stream_of(reader.speaker), ordered_consumer=True
                ),
            )
            for reader in readers
        ]
    finally:
        await client.close()


class _Run:
    """One rebuild under way: never ahead of the live reader, so that the swap is exact."""

    def __init__(
        self, connection: asyncpg.Connection, beside: Shadow, reactions: Mapping[str, Reactions]
    ) -> None:
        self._connection = connection
        self._beside = beside
        self._reactions = reactions
        self._live: dict[Key, int] = {}
        self._reached: dict[Key, int] = defaultdict(int)
        self._waiting: dict[Key, dict[int, Raw]] = defaultdict(dict)
        self._open: set[UUID] = set()
        self._discarded: set[UUID] = set()
        self._stuck: set[Key] = set()
        self._events = 0

    async def follow_live(self) -> None:
        """Note how far the live readers are, and which messages they could not settle."""
        names = list(self._reactions)
        rows = await self._connection.fetch(
            "SELECT reader, aggregate_id, version FROM position WHERE reader = ANY($1)", names
        )
        self._live = {(row["reader"], row["aggregate_id"]): row["version"] for row in rows}
        rows = await self._connection.fetch(
            "SELECT event_id, state FROM dead_letter WHERE reader = ANY($1)", names
        )
        self._open = {row["event_id"] for row in rows if row["state"] == "open"}
        self._discarded = {row["event_id"] for row in rows if row["state"] == "discarded"}

    async def read(self, stream: _Stream) -> None:
        """Take everything that the stream holds now."""
        while (message := await stream.next(1.0)) is not None:
            self._keep(stream.reader, message)
            if len(self._waiting) >= GROUP or not message.metadata.num_pending:
                await self._apply_ready(stream.reader)
            if not message.metadata.num_pending:
                return

    def _keep(self, reader: str, message: Msg) -> None:
        try:
            raw = open_envelope(message, _NEVER_LIVE)
        except Unreadable:
            return
        key = (reader, raw.envelope.aggregate_id)
        if raw.envelope.version > self._reached[key]:
            self._waiting[key][raw.envelope.version] = raw

    async def _apply_ready(self, reader: str) -> None:
        """Settle what is next of each aggregate and already settled by the live reader."""
        ready: list[Raw] = []
        for key, versions in list(self._waiting.items()):
            following = self._reached[key] + 1
            while key not in self._stuck and following <= self._live.get(key, 0):
                raw = versions.pop(following, None)
                if raw is None:
                    break
                ready.append(raw)
                following += 1
            self._reached[key] = following - 1
            if not versions:
                del self._waiting[key]
        for start in range(0, len(ready), GROUP):
            await self._apply(reader, ready[start : start + GROUP])

    async def _apply(self, reader: str, raws: Sequence[Raw]) -> None:
        try:
            async with self._beside.transaction() as session:
                for raw in raws:
                    if self._is_due(reader, raw):
                        await self._reactions[reader].run(session, raw)
        except shadow.UndeclaredTable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a reaction may raise
            if len(raws) > 1:
                for raw in raws:
                    await self._apply(reader, [raw])
                return
            self._get_stuck(reader, raws[0], error)
        else:
            self._events += len(raws)

    def _is_due(self, reader: str, raw: Raw) -> bool:
        key = (reader, raw.envelope.aggregate_id)
        return raw.envelope.event_id not in self._discarded and key not in self._stuck

    def _get_stuck(self, reader: str, raw: Raw, error: Exception) -> None:
        envelope = raw.envelope
        if envelope.event_id not in self._open:
            raise RebuildFailed(
                f"{envelope.subject} {envelope.event_id}: {type(error).__name__}"
            ) from error
        self._stuck.add((reader, envelope.aggregate_id))

    async def swap(self, streams: Sequence[_Stream], tables: Sequence[Rebuilt]) -> Rebuilding:
        """Hold the live readers for a moment, catch up with them, then put ours in place."""
        connection = self._connection
        names = ", ".join(f'public."{one.table}"' for one in tables)
        async with connection.transaction():
            await connection.execute("SET LOCAL lock_timeout = '10s'")
            # In the order of the readers themselves: positions first, then what they write.
            await connection.execute("LOCK TABLE public.position IN SHARE ROW EXCLUSIVE MODE")
            await connection.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
            await self.follow_live()
            for stream in streams:
                await self._catch_up(stream)
            before = {one.table: await shadow.digest(connection, "public", one) for one in tables}
            after = {one.table: await shadow.digest(connection, SCHEMA, one) for one in tables}
            changed = 0
            for one in tables:
                changed += await shadow.merge(connection, one)
            await self._settle_dead_letters()
        return Rebuilding(
            readers=tuple(self._reactions),
            events=self._events,
            before=before,
            after=after,
            changed=changed,
        )

    async def _catch_up(self, stream: _Stream) -> None:
        await self._apply_ready(stream.reader)
        while self._is_behind(stream.reader):
            message = await stream.next(CATCH_UP_SECONDS)
            if message is None:
                raise RebuildFailed(f"{stream.reader}: the stream lacks what was heard of it")
            self._keep(stream.reader, message)
            await self._apply_ready(stream.reader)

    def _is_behind(self, reader: str) -> bool:
        return any(
            self._reached[key] < version
            for key, version in self._live.items()
            if key[0] == reader and key not in self._stuck
        )

    async def _settle_dead_letters(self) -> None:
        """What was dead and passed this time is settled; its aggregate goes on."""
        stuck = [aggregate_id for _, aggregate_id in self._stuck]
        passed = await self._connection.fetch(
            """
            WITH passed AS (
                UPDATE dead_letter SET state = 'replayed', settled_at = now()
                WHERE state = 'open' AND reader = ANY($1) AND aggregate_id <> ALL($2::uuid[])
                RETURNING id, reader, aggregate_id, subject),
            told AS (
                INSERT INTO dead_letter_audit (id, at, who, action, letter_id, reader, subject)
                SELECT gen_random_uuid(), now(), NULL, 'rebuilt', id, reader, subject FROM passed)
            SELECT DISTINCT reader, aggregate_id FROM passed
            """,
            list(self._reactions),
            stuck,
        )
        await self._connection.executemany(
            "UPDATE position SET blocked = false WHERE reader = $1 AND aggregate_id = $2",
            [(row["reader"], row["aggregate_id"]) for row in passed],
        )
