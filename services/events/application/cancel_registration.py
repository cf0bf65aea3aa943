"""Give a seat, or a rank, back; the first who waits is seated in the same transaction."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.application.promote_waiting import promote_waiting
from services.events.domain.refusals import EventOver, RegistrationsClosed
from services.events.domain.registration import CancelledBy, RegistrationStatus
from services.events.persistence import events, registrations
from shared.contracts.events.v1 import RegistrationCancelled
from shared.messaging import cards, outbox


async def cancel_registration(
    session: AsyncSession, registration_id: UUID, *, by: CancelledBy, now: datetime
) -> bool:
    """Cancel it; False when it was cancelled already (a link used twice is harmless).

    Raises `RegistrationNotFound`, or `RegistrationsClosed` / `EventOver` when the event is off or
    has begun.
    """
    event_id = (await registrations.get(session, registration_id)).event_id
    seats = await events.lock_seats(session, event_id)
    registration = await registrations.lock(session, registration_id)
    if not registration.active:
        return False
    if not seats.open:
        raise RegistrationsClosed("La soirée est annulée\u00a0: il n’y a plus de place à libérer.")
    if now >= seats.closes_at:
        raise EventOver("La soirée a commencé\u00a0: l’inscription ne peut plus être annulée.")
    if registration.status == RegistrationStatus.CONFIRMED:
        seats.release()
    else:
        seats.leave_queue()
    registration.cancel(by, now)
    # Flushed before the queue is read: the query must see this person gone.
    await session.flush()
    promoted = await promote_waiting(session, seats, now=now)
    cancelled = RegistrationCancelled(
        registration_id=registration.id,
        event_id=event_id,
        person_id=registration.person_id,
        card_version=await cards.current(session, registration.person_id),
        by=by.value,
        occurred_at=now,
    )
    await outbox.publish_many(session, (cancelled, *promoted))
    return True
