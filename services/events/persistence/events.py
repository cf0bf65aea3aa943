"""Events and their seats: read, locked in one order (event, then seats, then registrations)."""

from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.domain.event import Event, EventKind
from services.events.domain.refusals import EventNotFound
from services.events.domain.seats import EventSeats


async def get(session: AsyncSession, event_id: UUID) -> Event:
    """The event. Raises `EventNotFound`."""
    event = await session.get(Event, event_id)
    if event is None:
        raise EventNotFound
    return event


async def get_for_change(session: AsyncSession, event_id: UUID) -> Event:
    """The event, locked against other changes but not against registrations.

    Registrations reference the row (`FOR KEY SHARE`), which `FOR NO KEY UPDATE` lets through.
    """
    found = await session.exec(
        select(Event)
        .where(Event.id == event_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    event = found.one_or_none()
    if event is None:
        raise EventNotFound
    return event


async def lock_seats(session: AsyncSession, event_id: UUID) -> EventSeats:
    """The seats, locked: nobody takes nor gives one back until this transaction ends."""
    found = await session.exec(
        select(EventSeats)
        .where(EventSeats.event_id == event_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.one()


async def kind_exists(session: AsyncSession, code: str) -> bool:
    """Whether this kind of event is known."""
    return await session.get(EventKind, code) is not None


async def any_event(session: AsyncSession) -> bool:
    """Whether there is at least one event."""
    return (await session.exec(select(Event.id).limit(1))).first() is not None
