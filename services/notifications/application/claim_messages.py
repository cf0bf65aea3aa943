"""A sender takes the letters whose time has come, and says so before it speaks to the server."""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.domain.message import Message
from services.notifications.persistence import messages


async def claim_messages(
    session: AsyncSession, *, now: datetime, limit: int, lease: timedelta, domain: str
) -> list[Message]:
    """Take at most `limit` letters until `now + lease`; two senders never take the same."""
    due = await messages.lock_due(session, now=now, limit=limit)
    steps = [message.take(now, lease=lease, domain=domain) for message in due]
    await messages.add_steps(session, steps)
    return list(due)
