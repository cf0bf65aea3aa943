"""Versions that are missing: what follows waits, the speaker is asked again, people are told."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from shared.messaging.alarms import Alarms
from shared.messaging.bus import Bus
from shared.messaging.reader import Reader

ASK_AFTER_SECONDS = 2.0
ASK_EVERY_SECONDS = 10.0
FORGET_SECONDS = 20.0
"""Not seen for so long: another process of the service settled it."""


def republish_subject(speaker: str) -> str:
    """Where `speaker` is asked to publish again."""
    return f"republish.{speaker}"


@dataclass(slots=True)
class _Gap:
    missing: int
    since: float
    seen: float
    asked: float


class Gaps:
    """The gaps of one reader, as seen from this process."""

    def __init__(
        self,
        reader: Reader,
        bus: Bus,
        alarms: Alarms,
        *,
        alarm_after: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reader = reader
        self._bus = bus
        self._alarms = alarms
        self._alarm_after = alarm_after
        self._clock = clock
        self._gaps: dict[UUID, _Gap] = {}
        self._asking: set[asyncio.Task[None]] = set()

    def note(self, aggregate_id: UUID, missing: int) -> None:
        """A later version of this aggregate came; `missing` is the one that should have."""
        now = self._clock()
        gap = self._gaps.get(aggregate_id)
        if gap is None or gap.missing != missing:
            gap = _Gap(missing=missing, since=now, seen=now, asked=now - ASK_EVERY_SECONDS)
            self._gaps[aggregate_id] = gap
        gap.seen = now
        if now - gap.since > ASK_AFTER_SECONDS and now - gap.asked > ASK_EVERY_SECONDS:
            gap.asked = now
            self._ask(aggregate_id, missing)

    def filled(self, aggregate_id: UUID) -> None:
        """The next version of this aggregate was settled here."""
        if self._gaps:
            self._gaps.pop(aggregate_id, None)

    def look(self) -> None:
        """Raise or lower the alarm; called every few seconds."""
        now = self._clock()
        for aggregate_id, gap in list(self._gaps.items()):
            if now - gap.seen > FORGET_SECONDS:
                del self._gaps[aggregate_id]
        name = f"gap-{self._reader.name}"
        if any(now - gap.since > self._alarm_after for gap in self._gaps.values()):
            self._alarms.raise_(name, "Un évènement manque ; ceux qui le suivent attendent.")
        elif not self._gaps:
            self._alarms.clear(name)

    def _ask(self, aggregate_id: UUID, missing: int) -> None:
        asked = {
            "aggregate": self._reader.aggregate,
            "aggregate_id": str(aggregate_id),
            "from_version": missing,
        }
        said = self._bus.call(republish_subject(self._reader.speaker), json.dumps(asked).encode())
        task = asyncio.create_task(said)
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
