"""Stays: booked under the database's own constraint."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.dwelling import Dwelling
from services.logement.domain.stay import Stay

NO_OVERLAP = "stay_no_overlap"


async def book(session: AsyncSession, stay: Stay) -> bool:
    """Insert the stay; False when the dwelling is already taken for one of its days.

    The dwelling's row is locked first: two insertions at the same instant would otherwise wait
    for each other inside the exclusion constraint and end in a deadlock.
    """
    lock = select(Dwelling.id).where(col(Dwelling.id) == stay.dwelling_id).with_for_update()
    await session.exec(lock)
    try:
        async with session.begin_nested():
            session.add(stay)
            await session.flush()
    except IntegrityError as error:
        if NO_OVERLAP not in str(error.orig):
            raise
        return False
    return True


async def locked(session: AsyncSession, stay_id: UUID) -> Stay:
    """The stay, which exists, fresh and held until the end of the transaction."""
    query = (
        select(Stay)
        .where(col(Stay.id) == stay_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.exec(query)).one()


async def of_proposal(session: AsyncSession, proposal_id: UUID) -> Stay | None:
    """The stay that came out of a proposal."""
    query = select(Stay).where(col(Stay.proposal_id) == proposal_id)
    return (await session.exec(query)).one_or_none()
