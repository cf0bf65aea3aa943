"""Call an event off: registrations close, everybody is told."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.domain.event import EventState
from services.events.persistence import events
from shared.contracts.events.v1 import EventCancelled
from shared.messaging import outbox


async def cancel_event(session: AsyncSession, event_id: UUID, *, now: datetime) -> None:
    """Cancel it; cancelling twice changes nothing, a draft is dropped without a word.

    Raises `EventNotFound`, or `EventOver` once it has taken place.
    """
    event = await events.get_for_change(session, event_id)
    if event.state == EventState.CANCELLED:
        return
    was_public = event.state == EventState.PUBLISHED
    event.cancel(now)
    seats = await events.lock_seats(session, event_id)
    seats.open = False
    await session.flush()
    if was_public:
        await outbox.publish(
            session,
            EventCancelled(event_id=event.id, sequence=event.sequence, occurred_at=now),
        )
