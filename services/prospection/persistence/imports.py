"""Rows of imports: one by one, and the next to work on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.importing import ImportBatch, ImportState

_ERASE_LINES = text(
    """
    WITH over AS (
        UPDATE import_batch SET erased_at = :now
        WHERE erased_at IS NULL AND state IN ('done', 'cancelled', 'unreadable')
            AND coalesce(confirmed_at, created_at) < :before
        RETURNING id
    )
    DELETE FROM import_line WHERE import_id IN (SELECT id FROM over)
    """
)
_DROP_LINES = text("DELETE FROM import_line WHERE import_id = :import_id")


async def get(session: AsyncSession, import_id: UUID) -> ImportBatch | None:
    """This import; None when it is unknown."""
    return await session.get(ImportBatch, import_id)


async def get_for_update(session: AsyncSession, import_id: UUID) -> ImportBatch | None:
    """This import, locked; None when it is unknown."""
    found = await session.exec(
        select(ImportBatch)
        .where(ImportBatch.id == import_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.one_or_none()


async def next_in(session: AsyncSession, state: ImportState) -> ImportBatch | None:
    """The oldest import in this state; None when there is none."""
    found = await session.exec(
        select(ImportBatch)
        .where(ImportBatch.state == state.value)
        .order_by(col(ImportBatch.created_at))
        .limit(1)
    )
    return found.first()


async def drop_lines(session: AsyncSession, import_id: UUID) -> None:
    """Forget what the file said."""
    await session.execute(_DROP_LINES, {"import_id": import_id})


async def erase_lines(session: AsyncSession, *, before: datetime, now: datetime) -> None:
    """Forget the lines of the imports that were over before this moment; counts stay."""
    await session.execute(_ERASE_LINES, {"before": before, "now": now})
