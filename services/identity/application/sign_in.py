"""Somebody was recognised: a session of identity opens."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.identity.domain.account import AccountInactive, AccountNotFound
from services.identity.persistence import accounts
from shared.security import sessions


async def sign_in(session: AsyncSession, account_id: UUID, *, now: datetime) -> str:
    """Open the session; returns its cookie's value. Raises AccountNotFound, AccountInactive."""
    account = await accounts.lock(session, account_id)
    if account is None:
        raise AccountNotFound
    if not account.active:
        raise AccountInactive
    account.signed_in_at = now
    await session.flush()
    return await sessions.open_session(session, account.id, account.roles, now=now)
