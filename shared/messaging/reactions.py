"""What one message wakes: the same for a reader, for the replay of a dead letter, for a rebuild."""

from datetime import datetime
from typing import Any

from opentelemetry.trace import SpanKind
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.messaging.causes import Cause, because
from shared.messaging.envelopes import Raw
from shared.messaging.reader import Heard, Reader
from shared.telemetry import Telemetry

_LIVE_SINCE = text(
    """
    INSERT INTO reader_state (reader, live_since) VALUES (:reader, :now)
    ON CONFLICT (reader) DO UPDATE SET live_since = reader_state.live_since RETURNING live_since
    """
)


class UnknownVersion(Exception):
    """A major version this reader has not learnt."""


class Reactions:
    """The reactions of one reader of one service."""

    def __init__(self, reader: Reader, service: str, telemetry: Telemetry) -> None:
        self.reader = reader
        self._service = service
        self._telemetry = telemetry
        self._by_subject = reader.by_subject()
        self._known = {subject.rpartition(".")[0] for subject in self._by_subject}

    async def live_since(self, session: AsyncSession, now: datetime) -> datetime:
        """The moment from which reactions may have effects, fixed once for all starts."""
        values = {"reader": self.reader.name, "now": now}
        moment: datetime = (await session.execute(_LIVE_SINCE, values)).scalar_one()
        return moment

    async def run(self, session: AsyncSession, raw: Raw) -> None:
        """React to one message, in the transaction of the caller."""
        envelope = raw.envelope
        subscription = self._by_subject.get(envelope.subject)
        if subscription is None and envelope.subject.rpartition(".")[0] in self._known:
            raise UnknownVersion(envelope.subject)
        if subscription is None and self.reader.always is None:
            return
        cause = Cause(
            correlation_id=envelope.correlation_id,
            causation_id=envelope.event_id,
            action=f"{self._service}: {envelope.subject}",
        )
        with (
            because(cause),
            self._telemetry.span(
                f"react {envelope.subject}",
                parent=raw.headers.get("traceparent"),
                kind=SpanKind.CONSUMER,
                messaging__message__id=str(envelope.event_id),
                ancrage__reader=self.reader.name,
            ),
        ):
            if self.reader.always is not None:
                await self.reader.always(session, envelope)
            if subscription is not None:
                await subscription.react(session, _heard(raw, subscription.event))


def _heard(raw: Raw, event: Any) -> Heard[Any]:
    envelope = raw.envelope
    return Heard(
        **{name: getattr(envelope, name) for name in envelope.__slots__},
        event=event.read(raw.payload),
    )
