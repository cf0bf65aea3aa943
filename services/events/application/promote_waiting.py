"""Give the free seats to the first who wait, in the transaction that freed them."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.domain.seats import EventSeats
from services.events.persistence import registrations
from shared.contracts.events.v1 import RegistrationConfirmed
from shared.messaging import cards


async def promote_waiting(
    session: AsyncSession, seats: EventSeats, *, now: datetime
) -> list[RegistrationConfirmed]:
    """Seat as many as there are free places; `seats` is locked. Returns what must be said."""
    count = min(seats.free, seats.waitlisted)
    if count <= 0 or not seats.open or now >= seats.closes_at:
        return []
    said = []
    for registration in await registrations.first_waiting(session, seats.event_id, count):
        registration.confirm(now)
        seats.promote()
        said.append(
            RegistrationConfirmed(
                registration_id=registration.id,
                event_id=registration.event_id,
                person_id=registration.person_id,
                card_version=await cards.current(session, registration.person_id),
                profile=registration.profile,
                promoted=True,
                link_epoch=registration.link_epoch,
                occurred_at=now,
            )
        )
    return said
