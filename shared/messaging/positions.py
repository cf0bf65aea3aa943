"""The position row of each aggregate: what makes a reaction run once, in order."""

from collections.abc import Sequence
from enum import Enum
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel.ext.asyncio.session import AsyncSession

Run = tuple[UUID, int, int]
"""An aggregate, and the first and last of contiguous versions."""


class Turn(Enum):
    """Whether it is this message's turn."""

    NOW = "now"
    DUPLICATE = "duplicate"
    TOO_EARLY = "too early"
    BLOCKED = "blocked"


# Moved first in the transaction: a second process with the same message waits here, then sees
# a duplicate. Ordered by id, so that two groups never wait for each other.
_ADVANCE = text(
    """
    INSERT INTO position AS p (reader, aggregate_id, version)
    SELECT :reader, g.id, g.last FROM unnest(:ids, :firsts, :lasts) AS g (id, first, last)
    WHERE g.first = 1 OR EXISTS (
        SELECT 1 FROM position e WHERE e.reader = :reader AND e.aggregate_id = g.id)
    ORDER BY g.id
    ON CONFLICT (reader, aggregate_id) DO UPDATE SET version = excluded.version
    WHERE NOT p.blocked AND p.version + 1 = (
        SELECT g.first FROM unnest(:ids, :firsts) AS g (id, first) WHERE g.id = p.aggregate_id)
    RETURNING p.aggregate_id
    """
).bindparams(
    bindparam("ids", type_=ARRAY(PG_UUID(as_uuid=True))),
    bindparam("firsts", type_=ARRAY(BIGINT)),
    bindparam("lasts", type_=ARRAY(BIGINT)),
)
_REACHED = text(
    """SELECT version, blocked FROM position
    WHERE reader = :reader AND aggregate_id = :id FOR UPDATE"""
)
_SET = text(
    """
    INSERT INTO position AS p (reader, aggregate_id, version, blocked)
    VALUES (:reader, :id, :version, :blocked)
    ON CONFLICT (reader, aggregate_id) DO UPDATE
    SET version = excluded.version, blocked = excluded.blocked
    WHERE p.version = excluded.version - 1
    RETURNING version
    """
)
_RELEASE = text("UPDATE position SET blocked = false WHERE reader = :reader AND aggregate_id = :id")


async def advance(session: AsyncSession, reader: str, runs: Sequence[Run]) -> set[UUID]:
    """Move the positions of distinct aggregates, in one statement.

    Returns the aggregates that moved; the others were duplicates, in part at least, too early
    or blocked: `take_turn` says which, message by message.
    """
    result = await session.execute(
        _ADVANCE,
        {
            "reader": reader,
            "ids": [aggregate_id for aggregate_id, _, _ in runs],
            "firsts": [first for _, first, _ in runs],
            "lasts": [last for _, _, last in runs],
        },
    )
    return {row.aggregate_id for row in result}


async def reached(session: AsyncSession, reader: str, aggregate_id: UUID) -> tuple[int, bool]:
    """The last version settled and whether a dead message holds what follows; locks the row."""
    row = (await session.execute(_REACHED, {"reader": reader, "id": aggregate_id})).one_or_none()
    return (row.version, row.blocked) if row is not None else (0, False)


async def take_turn(session: AsyncSession, reader: str, aggregate_id: UUID, version: int) -> Turn:
    """Whose turn it is; on NOW and on BLOCKED the position has moved to `version`."""
    before, blocked = await reached(session, reader, aggregate_id)
    if version <= before:
        return Turn.DUPLICATE
    if version > before + 1 or not await _set(
        session, reader, aggregate_id, version, blocked=blocked
    ):
        return Turn.TOO_EARLY
    return Turn.BLOCKED if blocked else Turn.NOW


async def block(session: AsyncSession, reader: str, aggregate_id: UUID, version: int) -> bool:
    """Advance past a dead message and hold its followers; False when it is not its turn."""
    before, _ = await reached(session, reader, aggregate_id)
    if version != before + 1:
        return False
    return await _set(session, reader, aggregate_id, version, blocked=True)


async def release(session: AsyncSession, reader: str, aggregate_id: UUID) -> None:
    """Nothing dead is left before this aggregate's next message."""
    await session.execute(_RELEASE, {"reader": reader, "id": aggregate_id})


async def _set(
    session: AsyncSession, reader: str, aggregate_id: UUID, version: int, *, blocked: bool
) -> bool:
    values = {"reader": reader, "id": aggregate_id, "version": version, "blocked": blocked}
    return (await session.execute(_SET, values)).one_or_none() is not None
