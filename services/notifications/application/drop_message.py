"""A letter that was taken by a sender turns out to have no reader, or no address."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.application.announce_fate import announce_fate
from services.notifications.domain.message import Reason, State
from services.notifications.persistence import messages


async def drop_message(
    session: AsyncSession, message_id: UUID, reason: Reason, *, now: datetime
) -> None:
    """Cancel the letter of somebody erased; fail the letter of somebody without an address."""
    message = await messages.lock(session, message_id)
    if message is None or message.state != State.SENDING:
        return
    if reason is Reason.ERASED:
        step = message.cancel(now, reason=reason)
    else:
        step = message.fail(now, reason=reason)
    await messages.add_steps(session, [step])
    await announce_fate(session, message, now=now)
