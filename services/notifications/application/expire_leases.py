"""A sender died in the middle of a dialogue: nobody knows whether the letter was taken."""

import random
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.application.announce_fate import announce_fate
from services.notifications.domain.message import Reason
from services.notifications.persistence import messages


async def expire_leases(session: AsyncSession, *, now: datetime) -> int:
    """Mark those letters as unknown and let the policy of each decide; returns how many."""
    late = await messages.lock_expired(session, now=now)
    for message in late:
        step = message.lose_sight(now, reason=Reason.SENDER_DIED, jitter=random.random())  # noqa: S311
        await messages.add_steps(session, [step])
        await announce_fate(session, message, now=now)
    return len(late)
