"""Pairs of persons that may be one, side by side."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.likeness import LIKENESS_WORDS, Likeness
from services.prospection.domain.person import CHANNEL_WORDS, Channel

_PAIRS = text(
    """
    SELECT d.id, d.reason, d.state, d.rule, d.opened_at, d.settled_at,
        a.id AS a_id, a.last_name AS a_last, a.first_name AS a_first, a.email AS a_email,
        a.phone AS a_phone, a.channel AS a_channel, a.met_at AS a_met_at, am.title AS a_mission,
        b.id AS b_id, b.last_name AS b_last, b.first_name AS b_first, b.email AS b_email,
        b.phone AS b_phone, b.channel AS b_channel, b.met_at AS b_met_at, bm.title AS b_mission
    FROM doubt d
    JOIN person a ON a.id = d.first_id LEFT JOIN mission am ON am.id = a.mission_id
    JOIN person b ON b.id = d.second_id LEFT JOIN mission bm ON bm.id = b.mission_id
    WHERE (CASE WHEN :settled THEN d.state <> 'open' AND d.rule = 'staff'
        ELSE d.state = 'open' END)
    ORDER BY CASE WHEN :settled THEN d.settled_at END DESC, d.opened_at, d.id
    LIMIT :limit
    """
)
_COUNT = text("SELECT count(*) FROM doubt WHERE state = 'open'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two."""

    id: UUID
    name: str
    email: str | None
    phone: str | None
    met: str
    met_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two files, and why somebody should look."""

    id: UUID
    reason: str
    state: str
    opened_at: datetime
    settled_at: datetime | None
    first: Side
    second: Side


async def doubts(session: AsyncSession, *, settled: bool = False, limit: int = 50) -> list[Pair]:
    """Open doubts, the oldest first; or those staff settled, the latest first."""
    rows = await session.execute(_PAIRS, {"settled": settled, "limit": limit})
    return [
        Pair(
            id=row.id,
            reason=LIKENESS_WORDS[Likeness(row.reason)],
            state=row.state,
            opened_at=row.opened_at,
            settled_at=row.settled_at,
            first=_side(row._mapping, "a"),  # noqa: SLF001 - public despite its name
            second=_side(row._mapping, "b"),  # noqa: SLF001 - public despite its name
        )
        for row in rows
    ]


async def open_doubts(session: AsyncSession) -> int:
    """How many wait for an answer."""
    return int(await session.scalar(_COUNT) or 0)


def _side(row: Any, side: str) -> Side:
    channel = CHANNEL_WORDS[Channel(row[f"{side}_channel"])]
    return Side(
        id=row[f"{side}_id"],
        name=f"{row[f'{side}_first']} {row[f'{side}_last']}".strip() or "Fiche effacée",
        email=row[f"{side}_email"],
        phone=row[f"{side}_phone"],
        met=row[f"{side}_mission"] or channel,
        met_at=row[f"{side}_met_at"],
    )
