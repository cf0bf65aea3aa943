"""Runs one reader: durable, lanes, positions, reactions, dead letters."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime

from nats.aio.msg import Msg
from opentelemetry.trace import SpanKind
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.messaging import dead_letters, positions
from shared.messaging.alarms import Alarms
from shared.messaging.bus import Bus, stream_of
from shared.messaging.causes import Cause, because
from shared.messaging.envelopes import Raw, Unreadable, open_envelope
from shared.messaging.lanes import Lanes
from shared.messaging.positions import Turn
from shared.messaging.pull import ConsumerGone, Pull
from shared.messaging.reader import Heard, Reader
from shared.messaging.stopping import end
from shared.persistence.sessions import Database
from shared.telemetry import Telemetry

logger = logging.getLogger(__name__)

HOLD_ALARM_SECONDS = 30

_LIVE_SINCE = text(
    """
    WITH made AS (
        INSERT INTO reader_state (reader, live_since) VALUES (:reader, :now)
        ON CONFLICT (reader) DO NOTHING RETURNING live_since)
    SELECT live_since FROM made
    UNION ALL SELECT live_since FROM reader_state WHERE reader = :reader LIMIT 1
    """
)


class UnknownVersion(Exception):
    """A major version this reader has not learnt."""


class Reading:
    """One running reader of one service."""

    def __init__(
        self,
        reader: Reader,
        bus: Bus,
        database: Database,
        telemetry: Telemetry,
        *,
        clock: Callable[[], datetime],
        alarms: Alarms,
    ) -> None:
        self.reader = reader
        self._bus = bus
        self._database = database
        self._telemetry = telemetry
        self._clock = clock
        self._alarms = alarms
        self._reactions = reader.by_subject()
        self._known = {subject.rpartition(".")[0] for subject in self._reactions}
        self._pull = Pull(
            bus, stream_of(reader.speaker), f"{bus.service}--{reader.name}", reader.filter
        )
        self._lanes = Lanes(reader.name, self._settle, self._settle_failed, alarms)
        self._live_since: datetime | None = None
        self._held_since: dict[str, datetime] = {}
        self._task: asyncio.Task[None] | None = None

    async def prepare(self) -> None:
        """Fix, once for all starts, the moment from which reactions may have effects."""
        async with self._database.transaction() as session:
            self._live_since = await session.scalar(
                _LIVE_SINCE, {"reader": self.reader.name, "now": self._clock()}
            )

    def start(self) -> None:
        """Begin to read, in the background."""
        self._lanes.start()
        self._task = asyncio.create_task(self._run())

    async def stop(self, timeout: float = 10) -> None:
        """Ask for nothing more, let the lanes finish."""
        await end(self._task)
        await self._lanes.finish(timeout)

    async def _run(self) -> None:
        delay = 0.2
        name = f"consumer-{self.reader.name}"
        while True:
            try:
                await self._pull.ensure_durable()
                self._alarms.clear(name)
                delay = 0.2
                async for message in self._pull.messages():
                    await self._lanes.put(message)
                    await self._lanes.open.wait()
            except asyncio.CancelledError:
                await self._pull.close()
                raise
            except ConsumerGone:
                self._alarms.raise_(name, "Une file de lecture manquait ; elle est recréée.")
            except Exception as error:  # noqa: BLE001 - nats, network, database: all are waited out
                logger.warning("reader %s: %s", self.reader.name, type(error).__name__)
                self._alarms.raise_(name, "La lecture des évènements est interrompue.")
            await asyncio.sleep(delay)
            delay = min(delay * 2, 5.0)

    async def _settle(self, group: Sequence[Msg]) -> Sequence[Msg]:
        """React to `group` in one transaction; returns the messages whose turn has not come."""
        held: list[Msg] = []
        rest = [(message, self._open(message)) for message in group]
        while rest:
            now, rest = _distinct(rest)
            async with self._database.transaction() as session:
                turns = await positions.move(
                    session,
                    self.reader.name,
                    [(raw.envelope.aggregate_id, raw.envelope.version) for _, raw in now],
                )
                for (message, raw), turn in zip(now, turns, strict=True):
                    if turn is Turn.NOW:
                        await self._react(session, raw)
                    elif turn is Turn.BLOCKED:
                        await dead_letters.keep(
                            session,
                            self.reader.name,
                            raw,
                            "blocked",
                            follows=True,
                            now=self._clock(),
                        )
                    elif turn is Turn.TOO_EARLY:
                        held.append(message)
        self._watch_gaps(group, held)
        return held

    async def _settle_failed(self, message: Msg, error: Exception) -> None:
        """Put a message that will never pass among the dead letters."""
        try:
            raw = self._open(message)
        except Unreadable:
            # Nothing says which aggregate it is of: it cannot be ordered, only counted.
            logger.error("reader %s: unreadable message", self.reader.name)  # noqa: TRY400 - no text of it in the log
            self._alarms.raise_("unreadable", "Un message illisible a été écarté.")
            return
        logger.warning(
            "reader %s: dead letter %s, %s",
            self.reader.name, raw.envelope.event_id, type(error).__name__,
        )  # fmt: skip
        async with self._database.transaction() as session:
            await dead_letters.keep(
                session,
                self.reader.name,
                raw,
                type(error).__name__,
                follows=False,
                now=self._clock(),
            )

    def _open(self, message: Msg) -> Raw:
        if self._live_since is None:
            raise OSError("the reader has not started")
        return open_envelope(message, self._live_since)

    async def _react(self, session: AsyncSession, raw: Raw) -> None:
        envelope = raw.envelope
        subscription = self._reactions.get(envelope.subject)
        if subscription is None and envelope.subject.rpartition(".")[0] in self._known:
            raise UnknownVersion(envelope.subject)
        cause = Cause(
            correlation_id=envelope.correlation_id,
            causation_id=envelope.event_id,
            action=f"{self._bus.service}: {envelope.subject}",
        )
        with (
            because(cause),
            self._telemetry.span(
                f"react {envelope.subject}",
                parent=raw.headers.get("traceparent"),
                kind=SpanKind.CONSUMER,
                messaging__message__id=str(envelope.event_id),
                ancrage__reader=self.reader.name,
            ),
        ):
            if self.reader.always is not None:
                await self.reader.always(session, envelope)
            if subscription is not None:
                event = subscription.event.read(raw.payload)
                await subscription.react(session, Heard(**asdict(envelope), event=event))

    def _watch_gaps(self, group: Sequence[Msg], held: Sequence[Msg]) -> None:
        waiting = {_event_id(message) for message in held}
        for message in group:
            if _event_id(message) not in waiting:
                self._held_since.pop(_event_id(message), None)
        now = self._clock()
        for key in waiting:
            self._held_since.setdefault(key, now)
        name = f"gap-{self.reader.name}"
        oldest = min(self._held_since.values(), default=now)
        if (now - oldest).total_seconds() > HOLD_ALARM_SECONDS:
            self._alarms.raise_(name, "Un évènement manque ; ceux qui le suivent attendent.")
        elif not self._held_since:
            self._alarms.clear(name)


def _event_id(message: Msg) -> str:
    return str((message.headers or {}).get("ce-id", ""))


def _distinct(
    rest: list[tuple[Msg, Raw]],
) -> tuple[list[tuple[Msg, Raw]], list[tuple[Msg, Raw]]]:
    """The longest beginning in which each aggregate appears once, and what follows it."""
    seen = set()
    for place, (_, raw) in enumerate(rest):
        if raw.envelope.aggregate_id in seen:
            return rest[:place], rest[place:]
        seen.add(raw.envelope.aggregate_id)
    return rest, []
