"""Messages to reactions: lanes give speed, the position row gives correctness."""

import asyncio
import logging
import random
import time
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from nats.aio.msg import Msg

from shared.messaging.alarms import Alarms
from shared.messaging.failures import is_transient
from shared.messaging.pull import ACK_WAIT_SECONDS

logger = logging.getLogger(__name__)

LANES = 8
HELD = 512
"""Messages taken and not yet answered, all lanes together: beyond, nothing more is asked for."""
GROUP = 64
PATIENCE = 5
RETRY_SECONDS = (0.1, 0.3, 1.0, 3.0, 5.0, 10.0)
KEEP_SECONDS = 5.0

Settle = Callable[[Sequence[Msg]], Awaitable[Mapping[int, float]]]
"""Settles messages in order; returns, by `id(message)`, after how many seconds some come again."""
SettleFailed = Callable[[Msg, Exception], Awaitable[float | None]]
"""Settles what will never pass; None = done with it, else the seconds before it comes again."""


class Lanes:
    """Queues by aggregate; each lane settles its messages in order, by groups."""

    def __init__(
        self, name: str, settle: Settle, settle_failed: SettleFailed, alarms: Alarms
    ) -> None:
        self.name = name
        self._settle_many = settle
        self._settle_failed = settle_failed
        self._alarms = alarms
        self._queues: list[asyncio.Queue[Msg]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._held: dict[int, tuple[Msg, float]] = {}
        self._troubled: set[int] = set()
        self.on_room: Callable[[], None] = lambda: None
        self.on_tick: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Start one task per lane, and the one that keeps what waits long from being sent again."""
        self._queues = [asyncio.Queue() for _ in range(LANES)]
        self._tasks = [
            asyncio.create_task(self._run(lane, queue)) for lane, queue in enumerate(self._queues)
        ]
        self._tasks.append(asyncio.create_task(self._keep()))

    def room(self) -> int:
        """How many more messages are welcome; none while a reaction fails again and again."""
        return 0 if self._troubled else max(0, HELD - len(self._held))

    def put(self, message: Msg) -> None:
        """Give a message to its lane."""
        key = (message.headers or {}).get("ce-subject") or message.subject
        self._held[id(message)] = (message, time.monotonic())
        self._queues[zlib.crc32(key.encode()) % LANES].put_nowait(message)

    async def finish(self, timeout: float) -> None:
        """Let the lanes settle what they hold, then stop them; what is half done comes again."""
        with suppress(TimeoutError):
            await asyncio.wait_for(
                asyncio.gather(*(queue.join() for queue in self._queues)), timeout
            )
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, lane: int, queue: asyncio.Queue[Msg]) -> None:
        while True:
            group = [await queue.get()]
            while len(group) < GROUP and not queue.empty():
                group.append(queue.get_nowait())
            try:
                await self._settle_group(lane, group)
            finally:
                for message in group:
                    self._held.pop(id(message), None)
                    queue.task_done()
                self.on_room()

    async def _settle_group(self, lane: int, group: Sequence[Msg]) -> None:
        if len(group) > 1:
            try:
                again = await self._settle_many(group)
            except Exception as error:  # noqa: BLE001 - taken one by one, where it is classified
                logger.info("reader %s: a group is split: %s", self.name, type(error).__name__)
            else:
                await self._answer(group, again)
                return
        for message in group:
            await self._settle_one(lane, message)

    async def _answer(self, group: Sequence[Msg], again: Mapping[int, float]) -> None:
        for message in group:
            delay = again.get(id(message))
            with suppress(Exception):  # a lost acknowledgement is a duplicate later, not a loss
                if delay is None:
                    await message.ack()
                else:
                    await message.nak(delay=delay)

    async def _settle_one(self, lane: int, message: Msg) -> None:
        """Until it is settled: transient trouble is waited out in place, the rest is dead."""
        dead: Exception | None = None
        attempt = 0
        while True:
            try:
                again = await self._attempt(message, dead)
            except Exception as error:  # noqa: BLE001 - classified on the next line
                if dead is None and not is_transient(error):
                    dead = error
                    continue
                # A dead letter must not be lost either: it is tried until it is stored.
                attempt += 1
                await self._wait_out(lane, attempt, error)
            else:
                break
        self._recover(lane)
        await self._answer([message], again)

    async def _attempt(self, message: Msg, dead: Exception | None) -> Mapping[int, float]:
        if dead is None:
            return await self._settle_many([message])
        delay = await self._settle_failed(message, dead)
        return {} if delay is None else {id(message): delay}

    async def _wait_out(self, lane: int, attempt: int, error: Exception) -> None:
        logger.warning("reader %s: %s, attempt %d", self.name, type(error).__name__, attempt)
        if attempt >= PATIENCE:
            # The circuit breaker: nothing more is asked for until this message passes.
            self._troubled.add(lane)
            self._alarms.raise_(
                f"reader-{self.name}",
                "Une réaction échoue sans cesse ; la lecture est en pause.",
                blocking=True,
            )
        delay = RETRY_SECONDS[min(attempt, len(RETRY_SECONDS)) - 1]
        await asyncio.sleep(delay * random.uniform(0.7, 1.3))  # noqa: S311 - spreading, no secret

    def _recover(self, lane: int) -> None:
        if lane in self._troubled:
            self._troubled.discard(lane)
            if not self._troubled:
                self._alarms.clear(f"reader-{self.name}")
                self.on_room()

    async def _keep(self) -> None:
        """Tell the server, before it loses patience, that what waits here is being worked on."""
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            self.on_tick()
            late = time.monotonic() - ACK_WAIT_SECONDS / 3
            for message, taken in list(self._held.values()):
                if taken < late:
                    with suppress(Exception):  # the server may be away; it is ours all the same
                        await message.in_progress()
