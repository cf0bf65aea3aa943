"""The kinds of events, for a list of choices."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.domain.event import EventKind


async def event_kinds(session: AsyncSession) -> list[tuple[str, str]]:
    """(code, label), in the order of the agency."""
    found = await session.exec(select(EventKind).order_by(col(EventKind.rank)))
    return [(kind.code, kind.label) for kind in found]
