"""Messages to reactions: lanes give speed, the position row gives correctness."""

import asyncio
import logging
import random
import zlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from nats.aio.msg import Msg

from shared.messaging.alarms import Alarms
from shared.messaging.failures import is_transient
from shared.messaging.stopping import end

logger = logging.getLogger(__name__)

QUEUE = 64
GROUP = 32
PATIENCE = 5
RETRY_SECONDS = (0.1, 0.3, 1.0, 3.0, 5.0, 10.0)


Settle = Callable[[Sequence[Msg]], Awaitable[Sequence[Msg]]]
"""Takes messages in order, in one transaction; returns those whose turn has not come."""


@dataclass(slots=True)
class Lanes:
    """Bounded queues by aggregate; each settles its messages in order, by groups."""

    name: str
    settle: Settle
    settle_failed: Callable[[Msg, Exception], Awaitable[None]]
    alarms: Alarms
    count: int = 8
    queues: list[asyncio.Queue[Msg]] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self) -> None:
        """Start one task per lane."""
        self.open.set()
        self.queues = [asyncio.Queue(QUEUE) for _ in range(self.count)]
        self._tasks = [asyncio.create_task(self._run(queue)) for queue in self.queues]

    async def put(self, message: Msg) -> None:
        """Give a message to its lane; waits when the lane is full (back-pressure)."""
        key = (message.headers or {}).get("ce-subject") or message.subject
        await self.queues[zlib.crc32(key.encode()) % self.count].put(message)

    async def finish(self, timeout: float) -> None:
        """Let the lanes settle what they hold, then stop them."""
        with suppress(TimeoutError):
            await asyncio.wait_for(
                asyncio.gather(*(queue.join() for queue in self.queues)), timeout
            )
        await end(*self._tasks)

    async def _run(self, queue: asyncio.Queue[Msg]) -> None:
        while True:
            group = [await queue.get()]
            while len(group) < GROUP and not queue.empty():
                group.append(queue.get_nowait())
            try:
                await self._settle_group(group)
            finally:
                for _ in group:
                    queue.task_done()

    async def _settle_group(self, group: Sequence[Msg]) -> None:
        try:
            held = await self.settle(group)
        except Exception:  # noqa: BLE001 - taken again one by one, where the error is classified
            for message in group:
                await self._settle_one(message)
            return
        await self._answer(group, held)

    async def _answer(self, group: Sequence[Msg], held: Sequence[Msg]) -> None:
        # Compared by identity: two messages are never the same object.
        waiting = {id(message) for message in held}
        for message in group:
            with suppress(Exception):  # a lost acknowledgement is a duplicate later, not a loss
                if id(message) in waiting:
                    await message.nak(delay=1.0)
                else:
                    await message.ack()

    async def _settle_one(self, message: Msg) -> None:
        """Until it is settled: transient trouble is waited out in place, the rest is dead."""
        attempt = 0
        while True:
            try:
                held = await self.settle([message])
            except Exception as error:  # noqa: BLE001 - classified on the next line
                if not is_transient(error):
                    await self._bury(message, error)
                    break
                attempt += 1
                await self._wait_out(message, attempt, error)
            else:
                await self._answer([message], held)
                break
        if attempt >= PATIENCE:
            self.alarms.clear(f"reader-{self.name}")
            self.open.set()

    async def _bury(self, message: Msg, error: Exception) -> None:
        attempt = 0
        while True:
            try:
                await self.settle_failed(message, error)
            except Exception as trouble:  # noqa: BLE001 - the dead letter must not be lost either
                attempt += 1
                await self._wait_out(message, attempt, trouble)
            else:
                await self._answer([message], [])
                return

    async def _wait_out(self, message: Msg, attempt: int, error: Exception) -> None:
        logger.warning("reader %s: %s, attempt %d", self.name, type(error).__name__, attempt)
        if attempt >= PATIENCE:
            # The circuit breaker: nothing more is asked for until this message passes.
            self.open.clear()
            self.alarms.raise_(
                f"reader-{self.name}",
                "Une réaction échoue sans cesse ; la lecture est en pause.",
                blocking=True,
            )
        delay = RETRY_SECONDS[min(attempt, len(RETRY_SECONDS)) - 1]
        with suppress(Exception):  # the server may be away; the message is ours all the same
            await message.in_progress()
        await asyncio.sleep(delay * random.uniform(0.7, 1.3))  # noqa: S311 - spreading, no secret
