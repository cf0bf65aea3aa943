"""Pairs of ids that may be one person: one row per pair for ever."""

from datetime import datetime
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.doubt import Doubt, DoubtState
from services.prospection.domain.likeness import Likeness


async def get_for_update(session: AsyncSession, doubt_id: UUID) -> Doubt | None:
    """This doubt, locked; None when it is unknown."""
    found = await session.exec(select(Doubt).where(Doubt.id == doubt_id).with_for_update())
    return found.one_or_none()


async def pair(session: AsyncSession, one: UUID, other: UUID) -> Doubt | None:
    """The row of this pair, locked; None when nobody asked yet."""
    first, second = sorted((one, other))
    found = await session.exec(
        select(Doubt).where(Doubt.first_id == first, Doubt.second_id == second).with_for_update()
    )
    return found.one_or_none()


async def raise_doubt(
    session: AsyncSession, one: UUID, other: UUID, *, reason: Likeness, now: datetime
) -> Doubt:
    """Ask whether these are one person; a pair asked before, or settled, is left as it is."""
    known = await pair(session, one, other)
    if known is not None:
        return known
    first, second = sorted((one, other))
    doubt = Doubt(
        first_id=first,
        second_id=second,
        reason=reason.value,
        state=DoubtState.OPEN.value,
        opened_at=now,
    )
    session.add(doubt)
    await session.flush()
    return doubt


async def tie_exact(session: AsyncSession, one: UUID, other: UUID, *, now: datetime) -> None:
    """Tie two ids by the exact rule, unless staff said that they are two persons."""
    doubt = await raise_doubt(session, one, other, reason=Likeness.EXACT, now=now)
    if doubt.state == DoubtState.OPEN:
        doubt.state, doubt.rule, doubt.settled_at = DoubtState.SAME.value, "exact", now
        await session.flush()
