"""The dialogue with the mail server is over: its outcome is written down and said."""

import random
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.application.announce_fate import announce_fate
from services.notifications.domain.message import Message, MessageStep, Reason, State
from services.notifications.gateways.mail import Delivery, Outcome
from services.notifications.persistence import messages


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Which try of which letter the outcome belongs to."""

    message_id: UUID
    number: int


async def record_delivery(
    session: AsyncSession, attempt: Attempt, delivery: Delivery, *, now: datetime
) -> Message | None:
    """Write the outcome down; None when that try is no longer the current one.

    A sender that comes back after its lease ended may still say "accepted": that is news.
    """
    message = await messages.lock(session, attempt.message_id)
    if message is None or message.attempts != attempt.number:
        return None
    if message.state not in (State.SENDING, State.UNKNOWN):
        return None
    await messages.add_steps(session, [_step(message, delivery, now)])
    await announce_fate(session, message, now=now)
    return message


def _step(message: Message, delivery: Delivery, now: datetime) -> MessageStep:
    jitter = random.random()  # noqa: S311 - spreads retries, protects nothing
    match delivery.outcome:
        case Outcome.ACCEPTED:
            return message.accept(now, code=delivery.code or 250)
        case Outcome.REFUSED:
            return message.fail(now, reason=Reason.REFUSED, code=delivery.code)
        case Outcome.UNKNOWN:
            return message.lose_sight(now, reason=Reason.UNKNOWN, jitter=jitter)
        case Outcome.NOT_NOW:
            reason = Reason.NOT_NOW
        case Outcome.UNREACHABLE:
            reason = Reason.UNREACHABLE
    return message.put_off(now, reason=reason, code=delivery.code, jitter=jitter)
