"""Registrations: read, locked after the seats of their event, and the queue of those who wait."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.domain.refusals import RegistrationNotFound
from services.events.domain.registration import Registration, RegistrationStatus


async def get(session: AsyncSession, registration_id: UUID) -> Registration:
    """The registration. Raises `RegistrationNotFound`."""
    registration = await session.get(Registration, registration_id)
    if registration is None:
        raise RegistrationNotFound
    return registration


async def lock(session: AsyncSession, registration_id: UUID) -> Registration:
    """The registration as it is now, locked; the seats of its event must be locked before."""
    found = await session.exec(
        select(Registration)
        .where(Registration.id == registration_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.one()


async def first_waiting(session: AsyncSession, event_id: UUID, count: int) -> list[Registration]:
    """The first of the queue, in their order, locked."""
    found = await session.exec(
        select(Registration)
        .where(
            Registration.event_id == event_id,
            Registration.status == RegistrationStatus.WAITLISTED.value,
        )
        .order_by(col(Registration.position))
        .limit(count)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(found.all())
