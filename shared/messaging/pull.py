"""One continuous pull: `fetch` of nats-py stalls by batches and is four times slower one by one."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js.errors import APIError, NotFoundError

from shared.messaging.bus import Bus

logger = logging.getLogger(__name__)

ASKED = 256
EXPIRES_SECONDS = 30
HEARTBEAT_SECONDS = 5
SILENCE_SECONDS = 2 * HEARTBEAT_SECONDS + 1
MAX_ACK_PENDING = 2_000
ACK_WAIT_SECONDS = 30


class ConsumerGone(Exception):
    """The durable no longer exists (or refuses us): it must be made again."""


class Pull:
    """Messages of one durable, in stream order, asked for before they run out."""

    def __init__(self, bus: Bus, stream: str, durable: str, subject: str) -> None:
        self._bus = bus
        self._stream = stream
        self._durable = durable
        self._filter = subject
        self._outstanding = 0
        self._subscription: Subscription | None = None

    async def ensure_durable(self) -> None:
        """Create the durable when it is not there; the same configuration again changes nothing."""
        config = {
            "durable_name": self._durable,
            "name": self._durable,
            "filter_subject": self._filter,
            "deliver_policy": "all",
            "ack_policy": "explicit",
            "ack_wait": ACK_WAIT_SECONDS * 1_000_000_000,
            "max_deliver": -1,
            "max_ack_pending": MAX_ACK_PENDING,
            "replay_policy": "instant",
        }
        subject = f"$JS.API.CONSUMER.CREATE.{self._stream}.{self._durable}.{self._filter}"
        request = {"stream_name": self._stream, "config": config, "action": ""}
        answer = await self._bus.client.request(subject, json.dumps(request).encode(), timeout=5)
        error = json.loads(answer.data).get("error")
        if error is not None:
            raise ConsumerGone(f"nats error {error.get('err_code')}")

    async def exists(self) -> bool:
        """Whether the durable is still there."""
        try:
            await self._bus.js.consumer_info(self._stream, self._durable)
        except NotFoundError:
            return False
        except APIError:
            return False
        return True

    async def messages(self) -> AsyncIterator[Msg]:
        """Every message, for ever.

        Raises ConsumerGone when the durable was deleted, TimeoutError after a long silence of
        the server: the caller makes the durable again, with a delay, and calls again.
        """
        inbox = self._bus.client.new_inbox()
        self._subscription = await self._bus.client.subscribe(inbox)
        self._bus.reconnected.clear()
        self._outstanding = 0
        try:
            while True:
                await self._ask(inbox)
                message = await self._next()
                if message is None:
                    continue
                self._outstanding -= 1
                yield message
        finally:
            await self.close()

    async def close(self) -> None:
        """Ask for nothing more; what was delivered and not acknowledged comes again later."""
        if self._subscription is not None:
            subscription, self._subscription = self._subscription, None
            with suppress(Exception):  # the connection may be gone already; nothing is lost
                await subscription.unsubscribe()

    async def _ask(self, inbox: str) -> None:
        if self._outstanding > ASKED // 2:
            return
        wanted = ASKED - self._outstanding
        request = {
            "batch": wanted,
            "expires": EXPIRES_SECONDS * 1_000_000_000,
            "idle_heartbeat": HEARTBEAT_SECONDS * 1_000_000_000,
        }
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{self._durable}"
        await self._bus.client.publish(subject, json.dumps(request).encode(), reply=inbox)
        self._outstanding += wanted

    async def _next(self) -> Msg | None:
        """The next message; None when only the server's bookkeeping came."""
        if self._subscription is None:
            raise ConsumerGone("closed")
        try:
            message = await self._subscription.next_msg(timeout=SILENCE_SECONDS)
        except TimeoutError:
            if not await self.exists():
                raise ConsumerGone(self._durable) from None
            raise
        headers: dict[str, Any] = message.headers or {}
        status = headers.get("Status")
        if status is None:
            return message
        self._read_status(status, headers)
        return None

    def _read_status(self, status: str, headers: dict[str, Any]) -> None:
        if status == "100":
            return
        if status in {"408", "409"} and "Nats-Pending-Messages" in headers:
            self._outstanding = max(0, self._outstanding - int(headers["Nats-Pending-Messages"]))
            if "Deleted" in str(headers.get("Description", "")):
                raise ConsumerGone(self._durable)
            return
        raise ConsumerGone(f"status {status}")
