"""An account may sign in again, or no longer."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.identity.application.end_sessions import end_sessions
from services.identity.application.say_account import say_account
from services.identity.domain.account import (
    Account,
    AccountNotFound,
    LastAdministrator,
    OwnAccount,
)
from services.identity.domain.roles import ADMIN
from services.identity.persistence import accounts


async def set_account_active(
    session: AsyncSession, account_id: UUID, *, active: bool, by: UUID | None, now: datetime
) -> Account:
    """Change the state and say it; a deactivated account loses its sessions everywhere.

    Raises AccountNotFound, OwnAccount, or LastAdministrator.
    """
    account = await accounts.lock(session, account_id)
    if account is None:
        raise AccountNotFound
    if account.active == active:
        return account
    if not active:
        if account_id == by:
            raise OwnAccount
        is_admin = ADMIN in account.roles
        if is_admin and not await accounts.other_administrators(session, account_id):
            raise LastAdministrator
    account.active = active
    account.changed_at = now
    await session.flush()
    await say_account(session, account, now=now)
    if not active:
        await end_sessions(session, account_id, now=now)
    return account
