"""The cards prospection says of the persons it met: how to name and reach them."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.persistence import persons
from shared.messaging import Card


async def person_cards(session: AsyncSession, person_ids: Sequence[UUID]) -> dict[UUID, Card]:
    """The cards of these persons; an erased one is missing."""
    return {
        person_id: Card(
            last_name=known["last_name"],
            first_name=known["first_name"],
            email=known["email"],
            phone=known["phone"],
        )
        for person_id, known in await persons.cards(session, person_ids)
    }
