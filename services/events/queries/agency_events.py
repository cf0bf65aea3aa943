"""Events of every state for the agency, and for scripts page by page."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.queries.event_view import COLUMNS, TABLES, EventView, view

_TO_COME = text(
    f"SELECT {COLUMNS} FROM {TABLES} "  # noqa: S608 - constants of ours
    "WHERE e.ends_at > :now ORDER BY e.starts_at, e.id LIMIT 200"
)
_PAST = text(
    f"SELECT {COLUMNS} FROM {TABLES} "  # noqa: S608 - constants of ours
    "WHERE e.ends_at <= :now ORDER BY e.starts_at DESC, e.id LIMIT 200"
)
_PAGE = text(
    f"SELECT {COLUMNS} FROM {TABLES} "  # noqa: S608 - constants of ours
    "WHERE (:drafts OR e.state <> 'draft') AND (CAST(:after AS uuid) IS NULL OR e.id > :after) "
    "ORDER BY e.id LIMIT :limit"
)


async def agency_events(
    session: AsyncSession, *, past: bool = False, now: datetime
) -> list[EventView]:
    """Those to come, the next first; or those past, the last first."""
    statement = _PAST if past else _TO_COME
    return [view(row) for row in await session.execute(statement, {"now": now})]


async def events_after(
    session: AsyncSession, *, after: UUID | None, limit: int, drafts: bool
) -> list[EventView]:
    """A page of events in the order of their creation; drafts for the agency only."""
    rows = await session.execute(_PAGE, {"after": after, "limit": limit, "drafts": drafts})
    return [view(row) for row in rows]
