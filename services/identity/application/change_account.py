"""Names, job and roles of an account are changed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.identity.application.say_account import say_account
from services.identity.domain.account import Account, AccountNotFound, LastAdministrator
from services.identity.domain.roles import ADMIN
from services.identity.persistence import accounts


@dataclass(frozen=True, kw_only=True)
class AccountChange:
    """The whole new state of what may be changed on the page."""

    account_id: UUID
    first_name: str
    last_name: str
    title: str
    roles: tuple[str, ...]


async def change_account(session: AsyncSession, change: AccountChange, *, now: datetime) -> Account:
    """Change it and say it. Raises AccountNotFound, AccountNameMissing, LastAdministrator."""
    account = await accounts.lock(session, change.account_id)
    if account is None:
        raise AccountNotFound
    loses_admin = ADMIN in account.roles and ADMIN not in change.roles and account.active
    if loses_admin and not await accounts.other_administrators(session, account.id):
        raise LastAdministrator(field="roles")
    account.describe(
        first_name=change.first_name, last_name=change.last_name, title=change.title, now=now
    )
    account.give(list(change.roles), now)
    await session.flush()
    await say_account(session, account, now=now)
    return account
