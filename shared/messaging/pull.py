"""One continuous pull: `fetch` of nats-py stalls by batches and is four times slower one by one."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress

from nats.aio.msg import Msg

from shared.messaging.alarms import Alarms
from shared.messaging.bus import RIGHTS_TO_READ, Bus

logger = logging.getLogger(__name__)

ASKED = 256
EXPIRES_SECONDS = 30
HEARTBEAT_SECONDS = 3
SILENCE_SECONDS = 2 * HEARTBEAT_SECONDS + 1
MAX_ACK_PENDING = 2_000
ACK_WAIT_SECONDS = 30
LONGEST_DELAY = 5.0


class ConsumerGone(Exception):
    """The durable no longer exists (or does not answer): it must be made again."""


class Pull:
    """Messages of one durable, in stream order, asked for before they run out.

    `take` receives each message at once; `room` says how many more the taker wants (0 = pause).
    """

    def __init__(
        self,
        bus: Bus,
        durable: tuple[str, str, str],
        alarms: Alarms,
        *,
        take: Callable[[Msg], None],
    ) -> None:
        self._bus = bus
        self.stream, self.durable, self._filter = durable
        self._alarms = alarms
        self._take = take
        self.room: Callable[[], int] = lambda: ASKED
        self.name = self.durable.partition("--")[2]
        self.delivered = self.redelivered = 0
        self._outstanding = 0
        self._heard_at = 0.0
        self._gone: str | None = None
        self._turn = asyncio.Event()

    def nudge(self) -> None:
        """There may be room again."""
        if self._outstanding <= ASKED // 2:
            self._turn.set()

    async def lag(self) -> int | None:
        """How many messages are not settled yet; None when the server does not say."""
        try:
            info = await self._bus.js.consumer_info(self.stream, self.durable, timeout=1)
        except Exception:  # noqa: BLE001 - no link, no durable: alarms tell it, figures do not
            return None
        return (info.num_pending or 0) + (info.num_ack_pending or 0)

    async def follow(self) -> None:
        """Until cancelled: read, and after any trouble make the durable again, with a delay."""
        delay = 0.2
        name = f"consumer-{self.name}"
        while True:
            begun = asyncio.get_running_loop().time()
            try:
                await self._read(name)
            except ConsumerGone as gone:
                logger.warning("%s: consumer gone (%s)", self.durable, gone)
                self._alarms.raise_(name, "Une file de lecture ne répond plus ; elle est refaite.")
            except Exception as error:  # noqa: BLE001 - nats and network: all are waited out
                logger.warning("%s: %s", self.durable, type(error).__name__)
                self._alarms.raise_(name, "La lecture des évènements est interrompue.")
            if asyncio.get_running_loop().time() - begun > LONGEST_DELAY:
                delay = 0.2
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY)

    async def _read(self, name: str) -> None:
        await self._ensure_durable()
        self._alarms.clear(name)
        self._alarms.clear(RIGHTS_TO_READ)
        loop = asyncio.get_running_loop()
        inbox = self._bus.client.new_inbox()
        self._gone, self._outstanding, link = None, 0, self._bus.links
        self._heard_at = loop.time()
        subscription = await self._bus.client.subscribe(inbox, cb=self._on_message)
        try:
            while self._gone is None:
                if link != self._bus.links:
                    link, self._outstanding, self._heard_at = self._bus.links, 0, loop.time()
                self._turn.clear()
                await self._ask(inbox)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._turn.wait(), HEARTBEAT_SECONDS)
                silent = loop.time() - self._heard_at > SILENCE_SECONDS
                if silent and self._outstanding and self._bus.client.is_connected:
                    raise ConsumerGone("silence")
            raise ConsumerGone(self._gone)
        finally:
            with suppress(Exception):  # the connection may be gone already; nothing is lost
                await subscription.unsubscribe()

    async def _ensure_durable(self) -> None:
        """Create the durable when it is not there; the same configuration again changes nothing."""
        config = {
            "durable_name": self.durable,
            "name": self.durable,
            "filter_subject": self._filter,
            "deliver_policy": "all",
            "ack_policy": "explicit",
            "ack_wait": ACK_WAIT_SECONDS * 1_000_000_000,
            "max_deliver": -1,
            "max_ack_pending": MAX_ACK_PENDING,
            "replay_policy": "instant",
        }
        subject = f"$JS.API.CONSUMER.CREATE.{self.stream}.{self.durable}.{self._filter}"
        request = {"stream_name": self.stream, "config": config, "action": ""}
        answer = await self._bus.client.request(subject, json.dumps(request).encode(), timeout=5)
        error = json.loads(answer.data).get("error")
        if error is not None:
            raise ConsumerGone(f"nats error {error.get('err_code')}")

    async def _ask(self, inbox: str) -> None:
        wanted = min(ASKED - self._outstanding, self.room())
        if self._outstanding > ASKED // 2 or wanted <= 0 or not self._bus.client.is_connected:
            return
        request = {
            "batch": wanted,
            "expires": EXPIRES_SECONDS * 1_000_000_000,
            "idle_heartbeat": HEARTBEAT_SECONDS * 1_000_000_000,
        }
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self.stream}.{self.durable}"
        self._outstanding += wanted
        self._heard_at = asyncio.get_running_loop().time()
        await self._bus.client.publish(subject, json.dumps(request).encode(), reply=inbox)

    async def _on_message(self, message: Msg) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        headers = message.headers
        if headers is not None and "Status" in headers and not message.reply:
            self._note_status(headers["Status"], headers)
        else:
            self._outstanding -= 1
            self.delivered += 1
            self.redelivered += times_delivered(message) > 1
            self._take(message)
        self.nudge()

    def _note_status(self, status: str, headers: Mapping[str, str]) -> None:
        """What the server says of a request: its end gives back what it had not delivered."""
        if status == "100":
            return
        pending = headers.get("Nats-Pending-Messages")
        description = headers.get("Description", "")
        if status in {"408", "409"} and pending is not None and "Deleted" not in description:
            self._outstanding = max(0, self._outstanding - int(pending))
            return
        self._gone = f"status {status}"
        self._turn.set()


def times_delivered(message: Msg) -> int:
    """How often the server gave this message, this time included (its reply subject says it)."""
    parts = message.reply.split(".")
    place = 4 if len(parts) == 9 else 6
    return int(parts[place]) if len(parts) > place and parts[place].isdigit() else 1
