"""Every session of an account ends, in every service."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.identity.v1 import SessionRevoked
from shared.messaging import outbox
from shared.security import sessions


async def end_sessions(session: AsyncSession, account_id: UUID, *, now: datetime) -> None:
    """End those opened before now: here at once, elsewhere as soon as it is heard."""
    await sessions.revoke_sessions(session, account_id, now)
    await outbox.publish(
        session, SessionRevoked(occurred_at=now, account_id=account_id, before=now)
    )
