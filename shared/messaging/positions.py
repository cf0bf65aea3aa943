"""The position row of each aggregate: what makes a reaction run once, in order."""

from collections.abc import Sequence
from enum import Enum
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel.ext.asyncio.session import AsyncSession


class Turn(Enum):
    """Whether it is this message's turn."""

    NOW = "now"
    DUPLICATE = "duplicate"
    TOO_EARLY = "too early"
    BLOCKED = "blocked"


# Moved first in the transaction: a second process with the same message waits here, then sees
# a duplicate. Ordered by id, so that two groups never wait for each other.
_MOVE = text(
    """
    INSERT INTO position AS p (reader, aggregate_id, version)
    SELECT :reader, g.aggregate_id, g.version
    FROM unnest(:aggregate_ids, :versions) AS g (aggregate_id, version)
    WHERE g.version = 1 OR EXISTS (
        SELECT 1 FROM position e WHERE e.reader = :reader AND e.aggregate_id = g.aggregate_id)
    ORDER BY g.aggregate_id
    ON CONFLICT (reader, aggregate_id) DO UPDATE SET version = excluded.version
    WHERE p.version = excluded.version - 1 AND NOT p.blocked
    RETURNING p.aggregate_id
    """
).bindparams(
    bindparam("aggregate_ids", type_=ARRAY(PG_UUID(as_uuid=True))),
    bindparam("versions", type_=ARRAY(BIGINT)),
)
_WHERE = text(
    """
    SELECT aggregate_id, version, blocked FROM position
    WHERE reader = :reader AND aggregate_id = ANY(:aggregate_ids)
    """
)
_BLOCK = text(
    """
    INSERT INTO position AS p (reader, aggregate_id, version, blocked)
    VALUES (:reader, :aggregate_id, :version, true)
    ON CONFLICT (reader, aggregate_id) DO UPDATE SET version = excluded.version, blocked = true
    WHERE p.version = excluded.version - 1
    RETURNING p.version
    """
)


async def move(
    session: AsyncSession, reader: str, wanted: Sequence[tuple[UUID, int]]
) -> list[Turn]:
    """Move the positions of distinct aggregates, in one statement; says whose turn it is."""
    ids = [aggregate_id for aggregate_id, _ in wanted]
    result = await session.execute(
        _MOVE,
        {"reader": reader, "aggregate_ids": ids, "versions": [version for _, version in wanted]},
    )
    moved = {row.aggregate_id for row in result}
    if len(moved) == len(wanted):
        return [Turn.NOW] * len(wanted)
    rest = await session.execute(_WHERE, {"reader": reader, "aggregate_ids": ids})
    known = {row.aggregate_id: (row.version, row.blocked) for row in rest}
    return [
        Turn.NOW
        if aggregate_id in moved
        else _why_not(version, *known.get(aggregate_id, (0, False)))
        for aggregate_id, version in wanted
    ]


def _why_not(version: int, reached: int, blocked: bool) -> Turn:  # noqa: FBT001 - a row's column
    if version <= reached:
        return Turn.DUPLICATE
    if blocked and version == reached + 1:
        return Turn.BLOCKED
    return Turn.TOO_EARLY


async def block(session: AsyncSession, reader: str, aggregate_id: UUID, version: int) -> bool:
    """Advance past a dead message and hold its followers; False when it is not its turn."""
    result = await session.execute(
        _BLOCK, {"reader": reader, "aggregate_id": aggregate_id, "version": version}
    )
    return result.one_or_none() is not None
