"""A stay will not take place: the person is told."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.application.cancel_unsent import cancel_unsent
from services.notifications.application.note_stay import stay_letter
from services.notifications.application.owe_message import Because, owe_message
from services.notifications.domain.letters import Template
from services.notifications.domain.message import Message
from services.notifications.persistence import known


async def note_stay_cancelled(
    session: AsyncSession, stay_id: UUID, card_version: int, because: Because, *, now: datetime
) -> Message | None:
    """Drop the confirmation if it has not left, and owe the letter that says it is over."""
    await cancel_unsent(session, now=now, about_id=stay_id)
    stay = await known.stay(session, stay_id)
    if stay is None:
        return None
    letter = stay_letter(Template.STAY_CANCELLED, stay, card_version, 0)
    return await owe_message(session, letter, because, now=now)
