"""Accounts, as the administration sees them, and as the development sign-in lists them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.identity.domain.account import Account
from services.identity.domain.roles import ROLES
from services.identity.persistence import accounts


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownAccount:
    """One account in words."""

    id: UUID
    name: str
    title: str
    email: str | None
    roles: tuple[str, ...]
    role_names: tuple[str, ...]
    active: bool
    created_at: datetime
    signed_in_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountPage:
    """Some accounts, and the id after which the following ones begin, if any."""

    items: tuple[ShownAccount, ...]
    next_id: UUID | None


async def account_list(session: AsyncSession) -> tuple[ShownAccount, ...]:
    """Every account, in the order of names."""
    return tuple(shown(account) for account in await accounts.everybody(session))


async def accounts_to_choose(session: AsyncSession) -> tuple[ShownAccount, ...]:
    """The accounts that may sign in."""
    found = await accounts.everybody(session, active_only=True)
    return tuple(shown(account) for account in found)


async def account_page(session: AsyncSession, *, after: UUID | None, limit: int) -> AccountPage:
    """Accounts in the order of their creation, `limit` at a time."""
    found = await accounts.page_of(session, after=after, limit=limit + 1)
    return AccountPage(
        items=tuple(shown(account) for account in found[:limit]),
        next_id=found[limit - 1].id if len(found) > limit else None,
    )


def shown(account: Account) -> ShownAccount:
    """An account in words."""
    return ShownAccount(
        id=account.id,
        name=account.display_name,
        title=account.title,
        email=account.email,
        roles=tuple(account.roles),
        role_names=tuple(ROLES[role][0] for role in account.roles if role in ROLES),
        active=account.active,
        created_at=account.created_at,
        signed_in_at=account.signed_in_at,
    )
