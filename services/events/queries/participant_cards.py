"""The cards of the people named here, for the other services."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.persistence import participants
from shared.messaging import Card


async def participant_cards(session: AsyncSession, person_ids: Sequence[UUID]) -> dict[UUID, Card]:
    """What we know now of how to name and reach these persons; a missing one is erased."""
    known = await participants.of_ids(session, person_ids)
    return {
        person.person_id: Card(
            last_name=person.last_name,
            first_name=person.first_name,
            email=person.email,
            phone=person.phone,
        )
        for person in known
    }
