"""Plan an event: a draft that only the agency sees."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.application.check_plan import check_plan
from services.events.domain.event import Event, EventId
from services.events.domain.plan import EventPlan, InvalidPlan
from services.events.domain.seats import EventSeats
from shared.persistence.tables import uuid7


async def plan_event(session: AsyncSession, plan: EventPlan, *, now: datetime) -> EventId:
    """Keep the plan and its seats, closed until it is published. Raises `InvalidPlan`."""
    if plan.starts_at <= now:
        raise InvalidPlan(
            {"starts_at": "Cette date est passée\u00a0: choisissez une date à venir."}
        )
    plan = await check_plan(session, plan)
    event = Event(
        id=uuid7(now),
        kind=plan.kind,
        title=plan.title,
        description=plan.description,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        place=plan.place,
        address=plan.address,
        commune=plan.commune,
        contact_email=plan.contact_email,
        created_at=now,
        updated_at=now,
    )
    session.add(event)
    await session.flush()
    session.add(
        EventSeats(
            event_id=event.id,
            capacity=plan.capacity,
            waiting_list=plan.waiting_list,
            closes_at=plan.starts_at,
        )
    )
    await session.flush()
    return EventId(event.id)
