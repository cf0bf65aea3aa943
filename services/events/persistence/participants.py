"""Participants: one person per (e-mail, name), minted here; their cards."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.domain.contact import Email
from services.events.domain.participant import Participant, name_key
from shared.messaging import cards
from shared.persistence.tables import uuid7


async def find_or_mint(
    session: AsyncSession, *, last_name: str, first_name: str, email: Email, now: datetime
) -> tuple[UUID, int]:
    """The id of this person here, and the version of the card; a known person is not changed."""
    key = name_key(last_name, first_name)
    minted = await session.execute(
        insert(Participant)
        .values(
            person_id=uuid7(now),
            last_name=last_name,
            first_name=first_name,
            email=email.address,
            email_key=email.key,
            name_key=key,
            created_at=now,
        )
        .on_conflict_do_nothing(constraint="participant_email_name_unique")
        .returning(col(Participant.person_id))
    )
    person_id = minted.scalar_one_or_none()
    if person_id is not None:
        return person_id, await cards.mark(session, person_id)
    found = await session.exec(
        select(Participant.person_id).where(
            Participant.email_key == email.key, Participant.name_key == key
        )
    )
    known = found.one()
    return known, await cards.current(session, known)


async def of_ids(session: AsyncSession, person_ids: Sequence[UUID]) -> list[Participant]:
    """The persons of these ids that are known here."""
    found = await session.exec(
        select(Participant).where(col(Participant.person_id).in_(person_ids))
    )
    return list(found.all())
