"""The other services are told what became of a letter."""

from datetime import datetime
from typing import Literal, cast
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.domain.message import Message, State
from shared.contracts.notifications.v1 import MessageFailed, MessageSent
from shared.messaging import outbox
from shared.messaging.causes import Cause, because

FailureReason = Literal["no-address", "refused", "given-up", "unknown"]


async def announce_fate(session: AsyncSession, message: Message, *, now: datetime) -> UUID | None:
    """Say that the letter was sent, or will not be, as a consequence of what made it owed.

    Returns the id of what was said, or None while the letter may still leave by itself.
    """
    if message.state != State.SENT and not message.settled_badly:
        return None
    cause = Cause(
        correlation_id=message.correlation_id or message.cause_id,
        causation_id=message.cause_id,
        action="envoyer un message",
    )
    with because(cause):
        if message.state == State.SENT:
            return await outbox.publish(session, _sent(message, now))
        return await outbox.publish(session, _failed(message, now))


def _sent(message: Message, now: datetime) -> MessageSent:
    return MessageSent(
        occurred_at=now,
        message_id=message.id,
        person_id=message.person_id,
        template=message.template,
        channel="email",
        cause_id=message.cause_id,
    )


def _failed(message: Message, now: datetime) -> MessageFailed:
    known = message.reason in ("no-address", "refused", "given-up")
    return MessageFailed(
        occurred_at=now,
        message_id=message.id,
        person_id=message.person_id,
        template=message.template,
        channel="email",
        cause_id=message.cause_id,
        reason=cast("FailureReason", message.reason if known else "unknown"),
    )
