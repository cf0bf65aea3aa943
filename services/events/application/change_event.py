"""Change what an event says, its hours or its seats, without overwriting somebody else's change."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.application.check_plan import check_plan
from services.events.application.promote_waiting import promote_waiting
from services.events.domain.event import Event, EventState
from services.events.domain.plan import EventPlan, InvalidPlan
from services.events.domain.refusals import ChangedMeanwhile
from services.events.domain.seats import EventSeats
from services.events.persistence import events
from shared.contracts.events.v1 import EventChanged
from shared.messaging import outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEvent:
    """The whole new plan, and the version that the person was looking at."""

    event_id: UUID
    version: int
    plan: EventPlan


async def change_event(session: AsyncSession, command: ChangeEvent, *, now: datetime) -> None:
    """Save the new plan; more seats go at once to the first who wait.

    Raises `EventNotFound`, `ChangedMeanwhile`, `InvalidPlan`, `CapacityTooLow`, or
    `RegistrationsClosed` once cancelled.
    """
    plan = await check_plan(session, command.plan)
    event = await events.get_for_change(session, command.event_id)
    if event.version != command.version:
        raise ChangedMeanwhile
    if plan.starts_at != event.starts_at and plan.starts_at <= now:
        raise InvalidPlan(
            {"starts_at": "Cette date est passée\u00a0: choisissez une date à venir."}
        )
    event.changed(now)
    _say(event, plan)
    seats = await events.lock_seats(session, event.id)
    seats.resize(plan.capacity)
    seats.waiting_list = plan.waiting_list
    seats.closes_at = plan.starts_at
    await session.flush()
    promoted = await promote_waiting(session, seats, now=now)
    if event.state == EventState.PUBLISHED:
        await outbox.publish_many(session, (_changed(event, seats, now), *promoted))


def _say(event: Event, plan: EventPlan) -> None:
    for field in (
        "kind",
        "title",
        "description",
        "starts_at",
        "ends_at",
        "place",
        "address",
        "commune",
        "contact_email",
    ):
        setattr(event, field, getattr(plan, field))


def _changed(event: Event, seats: EventSeats, now: datetime) -> EventChanged:
    return EventChanged(
        event_id=event.id,
        kind=event.kind,
        title=event.title,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        place=event.place,
        commune=event.commune,
        capacity=seats.capacity,
        waiting_list=seats.waiting_list,
        sequence=event.sequence,
        occurred_at=now,
    )
