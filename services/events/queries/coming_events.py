"""The published events to come, the next first: the public list."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.queries.event_view import COLUMNS, TABLES, EventView, view

_COMING = text(
    f"SELECT {COLUMNS} FROM {TABLES} "  # noqa: S608 - constants of ours
    "WHERE e.state = 'published' AND e.ends_at > :now ORDER BY e.starts_at, e.id LIMIT 100"
)


async def coming_events(session: AsyncSession, *, now: datetime) -> list[EventView]:
    """At most a hundred, those under way included."""
    return [view(row) for row in await session.execute(_COMING, {"now": now})]
