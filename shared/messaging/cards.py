"""Person cards, speaker side: state, never events; the journal only marks a person dirty."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.messaging.outbox import COMMITTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a speaker knows now of how to name and reach one person."""

    last_name: str
    first_name: str
    email: str | None = None
    phone: str | None = None
    language: str = "fr"


CardSource = Callable[[AsyncSession, Sequence[UUID]], Awaitable[dict[UUID, Card]]]
"""Reads the cards of some persons from the service's own tables; a missing id is an erased one."""

_MARK = text(
    """
    INSERT INTO card_mark AS m (person_id, version)
    SELECT person_id, 1 FROM unnest(:person_ids) AS given (person_id) ORDER BY person_id
    ON CONFLICT (person_id) DO UPDATE SET version = m.version + 1
    RETURNING person_id, version
    """
).bindparams(bindparam("person_ids", type_=ARRAY(PG_UUID(as_uuid=True))))


async def mark(session: AsyncSession, person_id: UUID) -> int:
    """This person's card changed (or is new, or erased); returns the card's new version."""
    return (await mark_many(session, (person_id,)))[person_id]


async def mark_many(session: AsyncSession, person_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The same for many distinct persons, in one statement."""
    result = await session.execute(_MARK, {"person_ids": list(person_ids)})
    session.info[COMMITTED] = True
    return {row.person_id: row.version for row in result}


async def current(session: AsyncSession, person_id: UUID) -> int:
    """The version of this person's card; 0 when it was never marked."""
    version = await session.scalar(
        text("SELECT version FROM card_mark WHERE person_id = :person_id"),
        {"person_id": person_id},
    )
    return int(version or 0)
