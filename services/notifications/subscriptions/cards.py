"""Person cards that letters wait for, and who is who."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.application.release_messages import release_messages
from shared.contracts.prospection.v1 import PersonResolved
from shared.messaging import CardReader, Heard, Reader, directory, on


async def note_card(session: AsyncSession, person_id: UUID) -> None:
    """A card came: the letters of this person that waited for it may leave."""
    await release_messages(session, person_id=person_id)


async def note_resolved(session: AsyncSession, heard: Heard[PersonResolved]) -> None:
    """This id now stands for that person: the log shows one person."""
    await directory.ensure(session, heard.event.person_id, heard.speaker)
    await directory.resolve(session, heard.event.person_id, heard.event.canonical_id)


CARD_READERS = (
    CardReader(speaker="events", on_change=note_card),
    CardReader(speaker="logement", on_change=note_card),
    CardReader(speaker="prospection", on_change=note_card),
)
"""Whose cards give addresses and names."""

READERS = (
    Reader(
        speaker="prospection", aggregate="person", reactions=(on(PersonResolved, note_resolved),)
    ),
)
"""What notifications follows of prospection."""
