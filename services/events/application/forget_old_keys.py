"""Drop the answers kept for requests that nobody will send again."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.domain.idempotency import KEPT
from services.events.persistence import seats


async def forget_old_keys(session: AsyncSession, *, now: datetime) -> None:
    """Forget the idempotency keys older than a week."""
    await seats.forget_keys_before(session, now - KEPT)
