"""Open an event to the public."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.domain.event import EventState
from services.events.persistence import events
from shared.contracts.events.v1 import EventPublished
from shared.messaging import outbox


async def publish_event(session: AsyncSession, event_id: UUID, *, now: datetime) -> None:
    """Publish it; publishing twice changes nothing.

    Raises `EventNotFound`, `NotADraft` once cancelled, `EventOver` when its date is past.
    """
    event = await events.get_for_change(session, event_id)
    if event.state == EventState.PUBLISHED:
        return
    event.publish(now)
    seats = await events.lock_seats(session, event_id)
    seats.open = True
    await session.flush()
    await outbox.publish(
        session,
        EventPublished(
            event_id=event.id,
            kind=event.kind,
            title=event.title,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            place=event.place,
            commune=event.commune,
            capacity=seats.capacity,
            waiting_list=seats.waiting_list,
            occurred_at=now,
        ),
    )
