"""Runs one reader: durable, lanes, positions, reactions, dead letters."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nats.aio.msg import Msg

from shared.messaging import dead_letters, positions
from shared.messaging.alarms import Alarms
from shared.messaging.bus import Bus, stream_of
from shared.messaging.envelopes import Raw, Unreadable, open_envelope
from shared.messaging.gaps import Gaps
from shared.messaging.lanes import Lanes
from shared.messaging.positions import Run, Turn
from shared.messaging.pull import Pull, times_delivered
from shared.messaging.reactions import Reactions
from shared.persistence.sessions import Database

logger = logging.getLogger(__name__)

HOLD_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
"""A message that came too early comes again after these delays, the last one for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What the readers of one service share: the clock, how many work at once, their patience."""

    clock: Callable[[], datetime]
    desks: asyncio.Semaphore
    gap_alarm_after: float


class Reading:
    """One running reader of one service."""

    def __init__(
        self,
        reactions: Reactions,
        bus: Bus,
        database: Database,
        alarms: Alarms,
        *,
        pace: Pace,
    ) -> None:
        self.reader = reactions.reader
        self.reactions = reactions
        self._database = database
        self._clock = pace.clock
        self._desks = pace.desks
        self._alarms = alarms
        self._gaps = Gaps(self.reader, bus, alarms, alarm_after=pace.gap_alarm_after)
        self._lanes = Lanes(self.reader.name, self._settle, self._settle_failed, alarms)
        durable = (
            stream_of(self.reader.speaker),
            f"{bus.service}--{self.reader.name}",
            self.reader.filter,
        )
        self.pull = Pull(bus, durable, alarms, take=self._lanes.put)
        self.pull.room = self._lanes.room
        self._lanes.on_room = self.pull.nudge
        self._lanes.on_tick = self._gaps.look
        self._live_since: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    async def prepare(self) -> None:
        """Fix, once for all starts, the moment from which reactions may have effects."""
        async with self._database.transaction() as session:
            self._live_since = await self.reactions.live_since(session, self._clock())

    def start(self) -> None:
        """Begin to read, in the background."""
        self._lanes.start()
        self._task = asyncio.create_task(self.pull.follow())

    async def stop(self, timeout: float = 10) -> None:
        """Ask for nothing more, let the lanes finish."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._lanes.finish(timeout)

    async def _settle(self, group: Sequence[Msg]) -> Mapping[int, float]:
        """React to `group`; returns the messages whose turn has not come, and their delays."""
        opened = [(message, self._open(message)) for message in group]
        moved = await self._settle_together([raw for _, raw in opened])
        again: dict[int, float] = {}
        for message, raw in opened:
            if raw.envelope.aggregate_id not in moved and not await self._settle_alone(raw):
                again[id(message)] = _delay(message)
        return again

    async def _settle_together(self, raws: Sequence[Raw]) -> set[UUID]:
        """One transaction for every aggregate whose messages are exactly the next ones."""
        runs = _runs(raws)
        async with self._desks, self._database.transaction() as session:
            moved = await positions.advance(session, self.reader.name, runs)
            for raw in raws:
                if raw.envelope.aggregate_id in moved:
                    await self.reactions.run(session, raw)
        for aggregate_id in moved:
            self._gaps.filled(aggregate_id)
        return moved

    async def _settle_alone(self, raw: Raw) -> bool:
        """One message in its own transaction; False when its turn has not come."""
        name, now = self.reader.name, self._clock()
        aggregate_id, version = raw.envelope.aggregate_id, raw.envelope.version
        async with self._database.transaction() as session:
            turn = await positions.take_turn(session, name, aggregate_id, version)
            if turn is Turn.NOW:
                await self.reactions.run(session, raw)
            elif turn is Turn.BLOCKED:
                await dead_letters.keep(session, name, raw, dead_letters.FOLLOWS, now=now)
            elif turn is Turn.TOO_EARLY:
                before, _ = await positions.reached(session, name, aggregate_id)
        if turn is Turn.TOO_EARLY:
            self._gaps.note(aggregate_id, before + 1)
            return False
        self._gaps.filled(aggregate_id)
        return True

    async def _settle_failed(self, message: Msg, error: Exception) -> float | None:
        """Put a message that will never pass among the dead letters."""
        try:
            raw = self._open(message)
        except Unreadable:
            # Nothing says which aggregate it is of: it cannot be ordered, only told.
            logger.error("reader %s: unreadable message", self.reader.name)  # noqa: TRY400 - no text of it in the log
            self._alarms.raise_("unreadable", "Un message illisible a été écarté.")
            return None
        envelope = raw.envelope
        kind = type(error).__name__
        logger.warning("reader %s: dead letter %s, %s", self.reader.name, envelope.event_id, kind)
        async with self._database.transaction() as session:
            if await positions.block(
                session, self.reader.name, envelope.aggregate_id, envelope.version
            ):
                await dead_letters.keep(session, self.reader.name, raw, kind, now=self._clock())
        return None

    def _open(self, message: Msg) -> Raw:
        if self._live_since is None:
            raise OSError("the reader has not started")
        return open_envelope(message, self._live_since)


def _delay(message: Msg) -> float:
    return HOLD_SECONDS[min(times_delivered(message), len(HOLD_SECONDS)) - 1]


def _runs(raws: Sequence[Raw]) -> list[Run]:
    """The aggregates whose versions follow each other in these messages."""
    runs: dict[UUID, Run | None] = {}
    for raw in raws:
        key, version = raw.envelope.aggregate_id, raw.envelope.version
        run = runs.get(key, (key, version, version - 1))
        runs[key] = (key, run[1], version) if run and version == run[2] + 1 else None
    return [run for run in runs.values() if run is not None]
