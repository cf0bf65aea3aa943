"""Letters that are no longer true never leave."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.domain.letters import Template
from services.notifications.domain.message import Message, Reason
from services.notifications.persistence import messages


async def cancel_unsent(
    session: AsyncSession,
    *,
    now: datetime,
    about_id: UUID | None = None,
    topic_id: UUID | None = None,
    templates: Sequence[Template] | None = None,
) -> list[Message]:
    """Cancel the letters about one thing, or on one topic, that have not left; returns them."""
    values = None if templates is None else [template.value for template in templates]
    unsent = await messages.lock_unsent(
        session, about_id=about_id, topic_id=topic_id, templates=values
    )
    steps = [message.cancel(now, reason=Reason.NO_LONGER_TRUE) for message in unsent]
    await messages.add_steps(session, steps)
    return list(unsent)
