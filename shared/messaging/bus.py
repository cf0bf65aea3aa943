"""The connection of one service to NATS: settings that were measured, and publishing by batches."""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from nats.aio.client import Client
from nats.errors import MaxPayloadError
from nats.js import JetStreamContext

from shared.messaging.alarms import Alarms

logger = logging.getLogger(__name__)

BATCH_FROM = 16
"""Below, single pipelined publishes are quicker; from here on one atomic batch (one fsync)."""

PUBLISH_TIMEOUT = 5.0


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
    """The server said no to this very message (too large, wrong stream…): trying again is vain."""


class Bus:
    """One service's NATS connection; it never gives up reconnecting."""

    def __init__(self, service: str, url: str, alarms: Alarms) -> None:
        self.service = service
        self._url = url
        self._alarms = alarms
        self.client = Client()
        self.js: JetStreamContext = self.client.jetstream(timeout=PUBLISH_TIMEOUT)
        self.reconnected = asyncio.Event()
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
                reconnect_time_wait=0.25,  # type: ignore[arg-type] # seconds, a fraction works,
                connect_timeout=2,
                ping_interval=10,
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

    async def publish(self, messages: Sequence[Outgoing], stream: str) -> list[int]:
        """Publish in order; returns each message's sequence in the stream.

        Raises PublishRefused (this content can never pass), or TimeoutError, OSError and the
        like when the outcome is unknown: publishing again is then harmless (`Nats-Msg-Id`).
        """
        try:
            if len(messages) < BATCH_FROM:
                return await self._publish_singles(messages, stream)
            return await self._publish_batch(messages, stream)
        except DuplicateInBatch:
            # Some of it was stored before its acknowledgement was lost: one by one, in order.
            return await self._publish_singles(messages, stream)
        except MaxPayloadError as error:
            raise PublishRefused("too large for the server") from error

    async def _publish_singles(self, messages: Sequence[Outgoing], stream: str) -> list[int]:
        answers = await asyncio.gather(
            *(
                self.client.request(
                    message.subject,
                    message.payload,
                    timeout=PUBLISH_TIMEOUT,
                    headers=_with_stream(message.headers, stream),
                )
                for message in messages
            )
        )
        return [_acknowledged(answer.data)["seq"] for answer in answers]

    async def _publish_batch(self, messages: Sequence[Outgoing], stream: str) -> list[int]:
        batch = uuid4().hex
        last = len(messages)
        for place, message in enumerate(messages[:-1], start=1):
            headers = _with_stream(message.headers, stream)
            headers["Nats-Batch-Id"] = batch
            headers["Nats-Batch-Sequence"] = str(place)
            await self.client.publish(message.subject, message.payload, headers=headers)
        headers = _with_stream(messages[-1].headers, stream)
        headers |= {
            "Nats-Batch-Id": batch,
            "Nats-Batch-Sequence": str(last),
            "Nats-Batch-Commit": "1",
        }
        answer = await self.client.request(
            messages[-1].subject, messages[-1].payload, timeout=PUBLISH_TIMEOUT, headers=headers
        )
        newest: int = _acknowledged(answer.data)["seq"]
        return list(range(newest - last + 1, newest + 1))

    async def _on_error(self, error: Exception) -> None:
        # A refused publish reaches the caller as a time-out only; the reason comes here alone.
        if "permissions violation" in str(error).lower():
            self._alarms.raise_(
                "nats-rights", "NATS refuse une opération à ce service (droits).", blocking=True
            )
        else:
            logger.warning("nats: %s", type(error).__name__)

    async def _on_disconnected(self) -> None:
        if self._closing:
            return
        self._alarms.raise_("nats-down", "La liaison avec NATS est coupée.")

    async def _on_reconnected(self) -> None:
        self._alarms.clear("nats-down")
        self.reconnected.set()


class DuplicateInBatch(Exception):
    """The batch holds a message the stream already has (error 10201): it was refused whole."""


def _with_stream(headers: dict[str, str], stream: str) -> dict[str, str]:
    return {**headers, "Nats-Expected-Stream": stream}


def _acknowledged(data: bytes) -> dict[str, Any]:
    """The server's acknowledgement, or its refusal as an exception."""
    answer: dict[str, Any] = json.loads(data) if data else {}
    error = answer.get("error")
    if error is None:
        return answer
    code = error.get("err_code")
    if code == 10201:
        raise DuplicateInBatch
    if error.get("code") in {400, 403, 413} or code in {10054, 10060}:
        raise PublishRefused(f"nats error {code}")
    raise OSError(f"nats error {code}")
