"""The cards of applicants, for the services that write to them."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.applicant import Applicant
from shared.messaging import Card


async def applicant_cards(session: AsyncSession, person_ids: Sequence[UUID]) -> dict[UUID, Card]:
    """Name and address of these persons; one that was erased is left out."""
    query = select(Applicant).where(
        col(Applicant.person_id).in_(person_ids), col(Applicant.erased_at).is_(None)
    )
    return {
        found.person_id: Card(
            last_name=found.last_name,
            first_name=found.first_name,
            email=found.email,
            phone=found.phone,
        )
        for found in await session.exec(query)
    }
