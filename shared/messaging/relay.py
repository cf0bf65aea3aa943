"""From the journal to the stream: one active relay per service, by presence of rows."""

import asyncio
import json
import logging
import zlib
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from asyncpg.exceptions import InterfaceError, PostgresError

from shared.messaging.alarms import Alarms
from shared.messaging.bus import (
    RIGHTS_TO_SAY,
    Bus,
    StreamMissing,
    stream_of,
)
from shared.messaging.card_relay import CardRelay
from shared.messaging.draining import BATCH, Drain, outgoing
from shared.messaging.outbox import COMMITTED

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
STANDBY_SECONDS = 0.5
LONGEST_DELAY = 2.0
ASKED_AGAIN = 1_000
"""Requests to publish again that are kept in mind; they are repeated when one is forgotten."""

_AGAIN = """
    SELECT id, event_id, subject, aggregate_id, version, headers, payload
    FROM journal
    WHERE aggregate = $1 AND aggregate_id = $2 AND version >= $3 AND stream_seq IS NOT NULL
    ORDER BY version LIMIT $4
"""


def lock_key(service: str) -> int:
    """The advisory lock that its holder alone publishes under."""
    return zlib.crc32(f"ancrage-relay-{service}".encode())


def session_name(service: str) -> str:
    """The `application_name` of the relay's PostgreSQL sessions."""
    return f"ancrage-relay-{service}"


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
        self._again: dict[tuple[str, UUID], int] = {}
        self._delay = 0.1
        self._calling: asyncio.Task[None] | None = None
        self.active = False

    def after_commit(self, info: dict[Any, Any]) -> None:
        """Wake up when a transaction wrote to the journal, or wake the process that is active."""
        if not info.get(COMMITTED):
            return
        self._wake.set()
        if not self.active and (self._calling is None or self._calling.done()):
            call = self._bus.call(wake_subject(self._bus.service))
            self._calling = asyncio.get_running_loop().create_task(call)

    def wake(self, _said: bytes = b"") -> None:
        """Look now, without waiting for the next poll."""
        self._wake.set()

    def publish_again(self, asked: bytes) -> None:
        """A reader misses versions of an aggregate: say them again, if we are the active one."""
        try:
            said = json.loads(asked)
            key = (str(said["aggregate"]), UUID(said["aggregate_id"]))
            first = int(said["from_version"])
        except (ValueError, KeyError, TypeError):
            logger.warning("relay %s: a request makes no sense", self._bus.service)
            return
        if self.active and len(self._again) < ASKED_AGAIN and 0 < first < 2**63:
            self._again[key] = min(first, self._again.get(key, first))
            self._wake.set()

    def stop(self) -> None:
        """Finish what is committed, then leave."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Until `stop`: be active when nobody else is, whatever PostgreSQL and NATS do."""
        while not self._stopping:
            try:
                await self._run_as_leader()
            except StreamMissing as error:
                self._alarms.raise_("stream", f"Le flux {error} manque : à recréer (déploiement).")
                self._trouble(error)
            except Exception as error:  # noqa: BLE001 - nothing else would ever publish again
                self._trouble(error)
            if not self._stopping:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopped(), self._delay)
                self._delay = min(self._delay * 2, LONGEST_DELAY)

    async def _stopped(self) -> None:
        while not self._stopping:
            self._wake.clear()
            await self._wake.wait()

    def _trouble(self, error: Exception) -> None:
        self.active = False
        logger.warning("relay %s: %s, will try again", self._bus.service, type(error).__name__)
        self._alarms.raise_("relay", "La publication des évènements est interrompue.")

    async def _run_as_leader(self) -> None:
        # Two connections of its own: one holds the lock and reads, the other marks meanwhile.
        reading = await self._connect()
        try:
            key = lock_key(self._bus.service)
            while not await reading.fetchval("SELECT pg_try_advisory_lock($1)", key):
                # Standing by is no trouble: somebody else publishes.
                self._alarms.clear("relay")
                if self._stopping:
                    return
                await asyncio.sleep(STANDBY_SECONDS)
            marking = await self._connect()
            try:
                await self._lead(reading, marking)
            finally:
                await _close(marking)
        finally:
            self.active = False
            await _close(reading)

    async def _connect(self) -> asyncpg.Connection:
        # A peer that vanished without a word gives the lock back within seconds.
        connection: asyncpg.Connection = await asyncpg.connect(
            self._url,
            timeout=5,
            command_timeout=15,
            server_settings={
                "application_name": session_name(self._bus.service),
                "tcp_keepalives_idle": "5",
                "tcp_keepalives_interval": "2",
                "tcp_keepalives_count": "3",
            },
        )
        return connection

    async def _lead(self, reading: asyncpg.Connection, marking: asyncpg.Connection) -> None:
        drain = Drain(self._bus, self._alarms, reading, marking)
        self.active = True
        try:
            await drain.look_for_parked()
            while True:
                stopping = self._stopping
                self._wake.clear()
                moved = await self._pass(drain, reading)
                self._delay = 0.1
                for name in ("relay", "stream"):
                    self._alarms.clear(name)
                if moved:
                    self._alarms.clear(RIGHTS_TO_SAY)
                    continue
                if stopping:
                    return
                try:
                    await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
                except TimeoutError:
                    await drain.look_for_parked()
        finally:
            await drain.marked()

    async def _pass(self, drain: Drain, reading: asyncpg.Connection) -> int:
        moved = await drain.run()
        if self._again:
            moved += await self._publish_missing(reading)
        if self._cards is not None:
            moved += await self._cards.send_dirty(reading)
        return moved

    async def _publish_missing(self, reading: asyncpg.Connection) -> int:
        """Say again what readers asked for, with fresh ids so that the server keeps it."""
        total = 0
        while self._again:
            (aggregate, aggregate_id), first = self._again.popitem()
            rows = await reading.fetch(_AGAIN, aggregate, aggregate_id, first, BATCH)
            if rows:
                fresh = uuid4().hex[:8]
                messages = [outgoing(row, f"-{fresh}") for row in rows]
                await self._bus.publish(messages, self._stream)
                total += len(rows)
        return total


def wake_subject(service: str) -> str:
    """Where the processes of a service tell the active relay that something was committed."""
    return f"wake.{service}"


async def _close(connection: asyncpg.Connection) -> None:
    with suppress(OSError, TimeoutError, PostgresError, InterfaceError):
        await connection.close(timeout=2)
