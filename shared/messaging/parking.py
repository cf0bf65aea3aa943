"""Journal rows put aside because the server will never take them as they are."""

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.messaging.outbox import COMMITTED


async def count_parked(session: AsyncSession) -> int:
    """How many rows are put aside; what follows them about the same things waits too."""
    number = await session.scalar(
        text("SELECT count(*) FROM journal WHERE parked_at IS NOT NULL AND stream_seq IS NULL")
    )
    return int(number or 0)


async def unpark(session: AsyncSession) -> None:
    """Let the relay try them again: their cause was mended."""
    await session.execute(
        text("UPDATE journal SET parked_at = NULL, attempts = 0 WHERE parked_at IS NOT NULL")
    )
    session.info[COMMITTED] = True
