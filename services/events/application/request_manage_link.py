"""Send the link that manages a registration once more, to the address of the registration."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.persistence import registrations
from shared.contracts.events.v1 import RegistrationLinkRequested
from shared.messaging import cards, outbox


async def request_manage_link(
    session: AsyncSession, registration_id: UUID, *, now: datetime
) -> None:
    """Ask for the letter; nothing is said for a cancelled one. Raises `RegistrationNotFound`."""
    registration = await registrations.get(session, registration_id)
    if not registration.active:
        return
    await outbox.publish(
        session,
        RegistrationLinkRequested(
            registration_id=registration.id,
            event_id=registration.event_id,
            person_id=registration.person_id,
            card_version=await cards.current(session, registration.person_id),
            link_epoch=registration.link_epoch,
            occurred_at=now,
        ),
    )
