"""Runs one card reader: the directory follows what a speaker says of each person."""

import asyncio
import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from nats.aio.msg import Msg

from shared.messaging import directory
from shared.messaging.alarms import Alarms
from shared.messaging.bus import Bus, card_stream_of
from shared.messaging.causes import because_of_a_click
from shared.messaging.directory import CardReader
from shared.messaging.failures import is_transient
from shared.messaging.pull import ConsumerGone, Pull
from shared.messaging.stopping import end
from shared.persistence.sessions import Database

logger = logging.getLogger(__name__)

GROUP = 100


class CardReading:
    """One running card reader. Cards carry their version: order and repetition do not matter."""

    def __init__(self, reader: CardReader, bus: Bus, database: Database, alarms: Alarms) -> None:
        self.reader = reader
        self._bus = bus
        self._database = database
        self._alarms = alarms
        self._pull = Pull(
            bus,
            card_stream_of(reader.speaker),
            f"{bus.service}--cards-{reader.speaker}",
            f"cards.{reader.speaker}.>",
        )
        self._queue: asyncio.Queue[Msg] = asyncio.Queue(GROUP)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to read, in the background."""
        self._tasks = [asyncio.create_task(self._run()), asyncio.create_task(self._settle_all())]

    async def stop(self, timeout: float = 5) -> None:
        """Ask for nothing more; what is half done comes again."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._queue.join(), timeout)
        await end(*self._tasks)
        await self._pull.close()

    async def _run(self) -> None:
        delay = 0.2
        name = f"consumer-cards-{self.reader.speaker}"
        while True:
            try:
                await self._pull.ensure_durable()
                self._alarms.clear(name)
                delay = 0.2
                async for message in self._pull.messages():
                    await self._queue.put(message)
            except asyncio.CancelledError:
                await self._pull.close()
                raise
            except ConsumerGone:
                self._alarms.raise_(name, "Une file de lecture manquait ; elle est recréée.")
            except Exception as error:  # noqa: BLE001 - nats and network: waited out
                logger.warning("cards of %s: %s", self.reader.speaker, type(error).__name__)
                self._alarms.raise_(name, "La lecture des fiches est interrompue.")
            await asyncio.sleep(delay)
            delay = min(delay * 2, 5.0)

    async def _settle_all(self) -> None:
        while True:
            group = [await self._queue.get()]
            while len(group) < GROUP and not self._queue.empty():
                group.append(self._queue.get_nowait())
            try:
                await self._settle_with_patience(group)
            finally:
                for _ in group:
                    self._queue.task_done()

    async def _settle_with_patience(self, group: Sequence[Msg]) -> None:
        try:
            await self._settle(group)
        except Exception:  # noqa: BLE001 - taken again one by one just below
            for message in group:
                await self._settle_one(message)

    async def _settle_one(self, message: Msg) -> None:
        delay = 0.1
        while True:
            try:
                await self._settle([message])
            except Exception as error:  # noqa: BLE001 - classified on the next line
                if not is_transient(error):
                    logger.error(  # noqa: TRY400 - its text may quote a card
                        "cards of %s: %s", self.reader.speaker, type(error).__name__
                    )
                    self._alarms.raise_("card", "Une fiche reçue n'a pas pu être prise en compte.")
                    with suppress(Exception):  # it comes again later if this is lost
                        await message.nak(delay=60)
                    return
                await asyncio.sleep(delay)
                delay = min(delay * 2, 10)
            else:
                return

    async def _settle(self, group: Sequence[Msg]) -> None:
        speaker = self.reader.speaker
        with because_of_a_click(f"{self._bus.service}: cards.{speaker}"):
            async with self._database.transaction() as session:
                for message in sorted(group, key=lambda message: message.subject):
                    person_id = UUID(message.subject.rpartition(".")[2])
                    said = json.loads(message.data)
                    changed = await directory.hear(session, speaker, person_id, said)
                    if changed and self.reader.on_change is not None:
                        await self.reader.on_change(session, person_id)
        for message in group:
            with suppress(Exception):  # a lost acknowledgement is a harmless repetition
                await message.ack()
