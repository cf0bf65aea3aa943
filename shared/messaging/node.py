"""The messaging of one running service: connection, relay, readers, in order."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from shared.messaging.alarms import Alarms
from shared.messaging.bus import Bus
from shared.messaging.card_reading import CardReading
from shared.messaging.card_relay import CardRelay
from shared.messaging.cards import CardSource
from shared.messaging.directory import CardReader
from shared.messaging.gaps import republish_subject
from shared.messaging.reactions import Reactions
from shared.messaging.reader import Reader
from shared.messaging.reading import Pace, Reading
from shared.messaging.relay import Relay, wake_subject
from shared.persistence.sessions import Database
from shared.telemetry import Telemetry

DESKS = 4
"""Groups settled at once, all readers of a service together: the rest of the pool is for pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """What a service says and hears.

    `gap_alarm_after`: seconds that a missing version may be waited for before people are told.
    """

    readers: Sequence[Reader] = ()
    card_readers: Sequence[CardReader] = ()
    cards: CardSource | None = None
    gap_alarm_after: float = 30.0


class Node:
    """The messaging of one service. Starting does not wait for NATS: pages work without it."""

    def __init__(
        self,
        service: str,
        nats_url: str,
        database: Database,
        telemetry: Telemetry,
        listening: Listening,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self.alarms = Alarms()
        self.bus = Bus(service, nats_url, self.alarms)
        source = listening.cards
        card_relay = (
            CardRelay(self.bus, database, source, self.alarms) if source is not None else None
        )
        self.relay = Relay(self.bus, database.url, self.alarms, card_relay)
        pace = Pace(
            clock=clock,
            desks=asyncio.Semaphore(DESKS),
            gap_alarm_after=listening.gap_alarm_after,
        )
        self.readings = [
            Reading(
                Reactions(reader, service, telemetry), self.bus, database, self.alarms, pace=pace
            )
            for reader in listening.readers
        ]
        self.card_readings = [
            CardReading(reader, self.bus, database, self.alarms)
            for reader in listening.card_readers
        ]
        self.connected = asyncio.Event()
        self._starting: asyncio.Task[None] | None = None
        self._relay_task: asyncio.Task[None] | None = None
        database.after_commit.append(self.relay.after_commit)

    @property
    def reactions(self) -> dict[str, Reactions]:
        """The reactions of each reader, by its name: for the replay of dead letters."""
        return {reading.reader.name: reading.reactions for reading in self.readings}

    async def start(self) -> None:
        """Note since when each reader is live, then connect and begin in the background.

        The moment is written before the service answers anybody: what is said from now on has
        effects, even when NATS is only reached later.
        """
        for reading in self.readings:
            await reading.prepare()
        self._starting = asyncio.create_task(self._start())

    async def _start(self) -> None:
        while True:
            try:
                await self.bus.connect()
            except Exception as error:  # noqa: BLE001 - the server may simply not be there yet
                self.alarms.raise_("nats-down", f"NATS ne répond pas ({type(error).__name__}).")
                await asyncio.sleep(0.5)
                continue
            break
        self.alarms.clear("nats-down")
        service = self.bus.service
        await self.bus.listen(wake_subject(service), self.relay.wake)
        await self.bus.listen(republish_subject(service), self.relay.publish_again)
        self._relay_task = asyncio.create_task(self.relay.run())
        for reading in self.readings:
            reading.start()
        for cards in self.card_readings:
            cards.start()
        self.connected.set()

    async def stop(self, grace: float = 10) -> None:
        """Pulls stopped, lanes finished, one last pass of the relay, then the connection."""
        if self._starting is not None and not self._starting.done():
            self._starting.cancel()
            with suppress(asyncio.CancelledError):
                await self._starting
        if self.connected.is_set():
            await asyncio.gather(
                *(reading.stop(grace) for reading in self.readings),
                *(cards.stop(grace) for cards in self.card_readings),
            )
        if self._relay_task is not None:
            self.relay.stop()
            done, _ = await asyncio.wait({self._relay_task}, timeout=grace)
            if not done:
                self._relay_task.cancel()
                await asyncio.gather(self._relay_task, return_exceptions=True)
        with suppress(Exception):  # leaving: the journal holds whatever could not be sent
            await self.bus.close()
