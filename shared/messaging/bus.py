"""The connection of one service to NATS: settings that were measured, and publishing by batches."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import MaxPayloadError, NoRespondersError
from nats.js import JetStreamContext

from shared.messaging.alarms import Alarms

logger = logging.getLogger(__name__)

BATCH_FROM = 16
"""Below, single pipelined publishes are quicker; from here on one atomic batch (one fsync)."""

PUBLISH_TIMEOUT = 5.0

_DUPLICATE_IN_BATCH = 10201
_TOO_LARGE = (10054, 10097)
"""The only refusals that are about the message itself: its size, the size of its headers."""

RIGHTS_TO_SAY = "nats-rights-say"
RIGHTS_TO_READ = "nats-rights-read"


def stream_of(speaker: str) -> str:
    """The stream of what `speaker` says."""
    return speaker.upper()


def card_stream_of(speaker: str) -> str:
    """The stream of the person cards of `speaker`."""
    return f"CARDS_{speaker.upper()}"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready to leave."""

    subject: str
    payload: bytes
    headers: dict[str, str]


class PublishRefused(Exception):
    """This very message can never pass: trying again is vain."""


class StreamMissing(OSError):
    """Nobody keeps these subjects: the stream was deleted, or never made by the deployment."""


class DuplicateInBatch(Exception):
    """The batch holds a message the stream already has: it was refused whole."""


class _Client(Client):
    """nats-py's client, with a quicker reading of headers.

    Its own looks at every character of every name, 40 µs a message here; what the server sends
    is what we wrote. Were the method renamed, only the speed would be lost.
    """

    @staticmethod
    def _parse_header_lines(raw: bytes) -> dict[str, str]:
        lines = raw.decode("utf-8", "replace").split("\r\n")
        pairs = (line.partition(":") for line in lines if line)
        return {name.strip(): value.strip() for name, separator, value in pairs if separator}


class Bus:
    """One service's NATS connection; it never gives up reconnecting."""

    def __init__(self, service: str, url: str, alarms: Alarms) -> None:
        self.service = service
        self._url = url
        self._alarms = alarms
        self.client: Client = _Client()
        self.js: JetStreamContext = self.client.jetstream(timeout=PUBLISH_TIMEOUT)
        self.links = 0
        """How many connections were made so far: what was asked of the one before is forgotten."""
        self._closing = False

    async def connect(self, *, timeout: float = 30) -> None:
        """Connect, waiting for the server up to `timeout` seconds."""
        await asyncio.wait_for(
            self.client.connect(
                self._url,
                name=f"ancrage-{self.service}",
                inbox_prefix=f"_INBOX_{self.service}".encode(),
                allow_reconnect=True,
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.25,  # type: ignore[arg-type] # seconds, a fraction works
                connect_timeout=2,
                ping_interval=5,
                max_outstanding_pings=2,
                pending_size=8 * 1024 * 1024,
                error_cb=self._on_error,
                disconnected_cb=self._on_disconnected,
                reconnected_cb=self._on_reconnected,
            ),
            timeout,
        )

    async def close(self) -> None:
        """Flush and leave; pull subscriptions are already unsubscribed by their owners."""
        self._closing = True
        if self.client.is_connected:
            await self.client.flush(2)
        await self.client.close()

    async def listen(self, subject: str, hear: Callable[[bytes], None]) -> None:
        """Hear core NATS messages (nothing is kept of them) for as long as the service runs."""

        async def heard(message: Msg) -> None:
            hear(message.data)

        await self.client.subscribe(subject, cb=heard)

    async def call(self, subject: str, said: bytes = b"") -> None:
        """Say something on core NATS; it is lost when nobody hears it."""
        if self.client.is_connected:
            await self.client.publish(subject, said)

    async def publish(self, messages: Sequence[Outgoing], stream: str) -> list[int]:
        """Publish in order; returns each message's sequence in the stream.

        Raises PublishRefused (this content can never pass), or TimeoutError, OSError and the
        like when the outcome is unknown: publishing again is then harmless (`Nats-Msg-Id`).
        """
        if any(len(message.payload) > self.client.max_payload for message in messages):
            raise PublishRefused("too large for the server")
        try:
            if len(messages) < BATCH_FROM:
                return await self.publish_singles(messages, stream)
            return await self._publish_batch(messages, stream)
        except DuplicateInBatch:
            # Some of it was stored before its acknowledgement was lost: one by one, in order.
            return await self.publish_singles(messages, stream)
        except MaxPayloadError as error:
            raise PublishRefused("too large for the server") from error

    async def publish_singles(self, messages: Sequence[Outgoing], stream: str) -> list[int]:
        """Publish one by one, each without waiting for the one before; all have ended on return."""
        answers = await asyncio.gather(
            *(self._request(message, message.headers, stream) for message in messages),
            return_exceptions=True,
        )
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        return [answer for answer in answers if isinstance(answer, int)]

    async def _publish_batch(self, messages: Sequence[Outgoing], stream: str) -> list[int]:
        self._require_link()
        common = {"Nats-Batch-Id": uuid4().hex, "Nats-Expected-Stream": stream}
        last = len(messages)
        for place, message in enumerate(messages[:-1], start=1):
            headers = {**message.headers, **common, "Nats-Batch-Sequence": str(place)}
            await self.client.publish(message.subject, message.payload, headers=headers)
        end = {**common, "Nats-Batch-Sequence": str(last), "Nats-Batch-Commit": "1"}
        newest = await self._request(messages[-1], {**messages[-1].headers, **end}, stream)
        return list(range(newest - last + 1, newest + 1))

    async def _request(self, message: Outgoing, headers: dict[str, str], stream: str) -> int:
        self._require_link()
        try:
            answer = await self.client.request(
                message.subject,
                message.payload,
                timeout=PUBLISH_TIMEOUT,
                headers={**headers, "Nats-Expected-Stream": stream},
            )
        except NoRespondersError as error:
            raise StreamMissing(stream) from error
        return _acknowledged(answer.data)

    def _require_link(self) -> None:
        # The client would keep them and send them later, when they may no longer be true.
        if not self.client.is_connected:
            raise OSError("no link to nats")

    async def _on_error(self, error: Exception) -> None:
        # A refused publish reaches the caller as a time-out only; the reason comes here alone.
        said = str(error).lower()
        if "permissions violation" not in said:
            logger.warning("nats: %s", type(error).__name__)
            return
        own = f'publish to "{self.service}.' in said or 'publish to "cards.' in said
        self._alarms.raise_(
            RIGHTS_TO_SAY if own else RIGHTS_TO_READ,
            "NATS refuse une opération à ce service : ses droits sont à corriger.",
            blocking=True,
        )

    async def _on_disconnected(self) -> None:
        if not self._closing:
            self._alarms.raise_("nats-down", "La liaison avec NATS est coupée.")

    async def _on_reconnected(self) -> None:
        self.links += 1
        for name in ("nats-down", RIGHTS_TO_SAY, RIGHTS_TO_READ):
            self._alarms.clear(name)


def _acknowledged(data: bytes) -> int:
    """The sequence in the server's acknowledgement, or its refusal as an exception."""
    answer: dict[str, Any] = json.loads(data) if data else {}
    error = answer.get("error")
    if error is None:
        sequence: int = answer["seq"]
        return sequence
    code = error.get("err_code")
    if code == _DUPLICATE_IN_BATCH:
        raise DuplicateInBatch
    if code in _TOO_LARGE:
        raise PublishRefused(f"nats error {code}")
    raise OSError(f"nats error {code}")
