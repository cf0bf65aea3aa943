"""Somebody here asks for a letter to be sent again."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.application.release_messages import release_messages
from services.notifications.domain.message import Message
from services.notifications.persistence import messages
from shared.contracts.refusal import NotFound


async def resend_message(
    session: AsyncSession, message_id: UUID, *, by: UUID | None, now: datetime
) -> Message:
    """Owe the letter again, under the same Message-ID; who asked is kept with the step.

    Raises NotFound, or CannotResend unless the letter failed or its fate is unknown.
    """
    message = await messages.lock(session, message_id)
    if message is None:
        raise NotFound("Ce message n’existe pas.")
    await messages.add_steps(session, [message.ask_again(now, by=by)])
    await release_messages(session, now=now, person_id=message.person_id)
    return message
