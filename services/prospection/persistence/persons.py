"""Reads and locks of persons, by id and by what they look like."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.likeness import Likeness, Traits, compare
from services.prospection.domain.person import Person

IDS = ARRAY(PG_UUID(as_uuid=True))

# At most so many candidates are looked at: beyond, the name says nothing any more.
_MOST_CANDIDATES = 50

_ALIKE = text(
    """
    SELECT p.id, p.canonical_id, p.last_key, p.first_key, p.email_key, p.phone,
        EXISTS (SELECT 1 FROM person r
            WHERE r.canonical_id = p.canonical_id AND r.restricted_at IS NOT NULL) AS restricted
    FROM person p
    WHERE p.erased_at IS NULL AND p.id <> :id
        AND (p.email_key = CAST(:email_key AS varchar)
            OR (p.last_key = :last_key AND p.first_key = :first_key AND p.last_key <> ''))
        AND NOT EXISTS (SELECT 1 FROM doubt d WHERE d.state = 'different'
            AND d.first_id = least(p.id, CAST(:id AS uuid))
            AND d.second_id = greatest(p.id, CAST(:id AS uuid)))
    ORDER BY p.email_key IS DISTINCT FROM CAST(:email_key AS varchar), p.id <> p.canonical_id,
        p.met_at, p.id
    LIMIT :most
    """
)
_TIED = text(
    """
    WITH RECURSIVE tied (id) AS (
        SELECT CAST(:id AS uuid)
        UNION
        SELECT CASE WHEN d.first_id = t.id THEN d.second_id ELSE d.first_id END
        FROM tied t JOIN doubt d ON d.state = 'same' AND (d.first_id = t.id OR d.second_id = t.id)
    )
    SELECT id FROM tied
    """
)
_CANONICAL = text("SELECT canonical_id FROM person WHERE id = :id")
_ANY_RESTRICTED = text(
    "SELECT EXISTS (SELECT 1 FROM person WHERE canonical_id = :id AND restricted_at IS NOT NULL)"
)
_CARDS = text(
    """SELECT id, last_name, first_name, email, phone FROM person
    WHERE id = ANY(:ids) AND erased_at IS NULL"""
).bindparams(bindparam("ids", type_=IDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody already known, and how much they resemble."""

    id: UUID
    canonical_id: UUID
    likeness: Likeness


async def get_for_update(session: AsyncSession, person_id: UUID) -> Person | None:
    """The row of this raw id, locked and fresh; None when it is unknown."""
    found = await session.exec(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.one_or_none()


async def lock_many(session: AsyncSession, ids: Sequence[UUID]) -> list[Person]:
    """These rows, locked in the order of their ids, fresh from the database."""
    found = await session.exec(
        select(Person)
        .where(col(Person.id).in_(ids))
        .order_by(col(Person.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(found.all())


async def canonical_of(session: AsyncSession, person_id: UUID) -> UUID | None:
    """Whom this id stands for; None when it is unknown."""
    found: UUID | None = await session.scalar(_CANONICAL, {"id": person_id})
    return found


async def restricted(session: AsyncSession, canonical_id: UUID) -> bool:
    """Whether the processing of any of this person's rows is limited (RGPD art. 18)."""
    return bool(await session.scalar(_ANY_RESTRICTED, {"id": canonical_id}))


async def all_ids(session: AsyncSession, canonical_id: UUID) -> list[UUID]:
    """Every raw id that stands for this person."""
    found = await session.exec(
        select(Person.id).where(Person.canonical_id == canonical_id).order_by(col(Person.id))
    )
    return list(found.all())


async def tied_with(session: AsyncSession, person_id: UUID) -> set[UUID]:
    """The ids that somebody, or the exact rule, tied to this one, itself included."""
    return {row.id for row in await session.execute(_TIED, {"id": person_id})}


async def look_alikes(session: AsyncSession, person_id: UUID, traits: Traits) -> list[Candidate]:
    """Who resembles, one per person, the nearest first; pairs judged different are left out."""
    rows = await session.execute(
        _ALIKE,
        {
            "id": person_id,
            "email_key": traits.email_key,
            "last_key": traits.last_key,
            "first_key": traits.first_key,
            "most": _MOST_CANDIDATES,
        },
    )
    nearest: dict[UUID, Candidate] = {}
    for row in rows:
        likeness = compare(
            traits,
            Traits(
                last_key=row.last_key,
                first_key=row.first_key,
                email_key=row.email_key,
                phone=row.phone,
                restricted=row.restricted,
            ),
        )
        known = nearest.get(row.canonical_id)
        if likeness is Likeness.NONE or (known and likeness is not Likeness.EXACT):
            continue
        nearest[row.canonical_id] = Candidate(
            id=row.id, canonical_id=row.canonical_id, likeness=likeness
        )
    return list(nearest.values())


async def cards(session: AsyncSession, ids: Sequence[UUID]) -> list[tuple[UUID, dict[str, str]]]:
    """Names and addresses of these persons; the erased are missing."""
    rows = await session.execute(_CARDS, {"ids": list(ids)})
    return [
        (
            row.id,
            {
                "last_name": row.last_name,
                "first_name": row.first_name,
                "email": row.email,
                "phone": row.phone,
            },
        )
        for row in rows
    ]
