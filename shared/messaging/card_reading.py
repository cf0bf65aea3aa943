"""Runs one card reader: the directory follows what a speaker says of each person."""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from uuid import UUID

from nats.aio.msg import Msg

from shared.messaging import directory
from shared.messaging.alarms import Alarms
from shared.messaging.bus import Bus, card_stream_of
from shared.messaging.causes import because_of_a_click
from shared.messaging.directory import CardReader
from shared.messaging.lanes import Lanes
from shared.messaging.pull import Pull
from shared.persistence.sessions import Database

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 60.0


class CardReading:
    """One running card reader. Cards carry their version: order and repetition do not matter."""

    def __init__(self, reader: CardReader, bus: Bus, database: Database, alarms: Alarms) -> None:
        self.reader = reader
        self._service = bus.service
        self._database = database
        self._alarms = alarms
        self._lanes = Lanes(f"cards-{reader.speaker}", self._settle, self._settle_failed, alarms)
        durable = (
            card_stream_of(reader.speaker),
            f"{bus.service}--cards-{reader.speaker}",
            f"cards.{reader.speaker}.>",
        )
        self.pull = Pull(bus, durable, alarms, take=self._lanes.put)
        self.pull.room = self._lanes.room
        self._lanes.on_room = self.pull.nudge
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to read, in the background."""
        self._lanes.start()
        self._task = asyncio.create_task(self.pull.follow())

    async def stop(self, timeout: float = 5) -> None:
        """Ask for nothing more, let the lanes finish."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._lanes.finish(timeout)

    async def _settle(self, group: Sequence[Msg]) -> Mapping[int, float]:
        speaker = self.reader.speaker
        with because_of_a_click(f"{self._service}: cards.{speaker}"):
            async with self._database.transaction() as session:
                for message in sorted(group, key=lambda message: message.subject):
                    person_id = UUID(message.subject.rpartition(".")[2])
                    said = json.loads(message.data)
                    changed = await directory.hear(session, speaker, person_id, said)
                    if changed and self.reader.on_change is not None:
                        await self.reader.on_change(session, person_id)
        return {}

    async def _settle_failed(self, _message: Msg, error: Exception) -> float | None:
        # The class of the error alone: its text may quote a card.
        logger.error("cards of %s: %s", self.reader.speaker, type(error).__name__)
        self._alarms.raise_("card", "Une fiche reçue n'a pas pu être prise en compte.")
        return AGAIN_SECONDS
