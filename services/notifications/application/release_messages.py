"""Letters that waited for a card, or for an evening to be known, may leave."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.domain.message import Reason
from services.notifications.persistence import known, messages
from shared.persistence.sessions import wake_jobs


async def release_messages(
    session: AsyncSession,
    *,
    now: datetime | None = None,
    person_id: UUID | None = None,
    topic_id: UUID | None = None,
) -> int:
    """Release what is ready (all of it, or of one person, or on one topic); returns how many.

    Without a person nor a topic it also drops what was meant for somebody erased since. The time
    of the database is used when none is given.
    """
    now = now or await known.clock(session)
    ready = await messages.lock_ready(session, person_id=person_id, topic_id=topic_id)
    steps = [message.release(now) for message in ready]
    if person_id is None and topic_id is None:
        erased = await messages.lock_erased(session)
        steps += [message.cancel(now, reason=Reason.ERASED) for message in erased]
    await messages.add_steps(session, steps)
    if ready:
        wake_jobs(session)
    return len(ready)
