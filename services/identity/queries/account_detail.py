"""One account, to be changed."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.identity.domain.account import Account, AccountNotFound
from services.identity.persistence import accounts


async def account_detail(session: AsyncSession, account_id: UUID) -> Account:
    """The account of this id. Raises AccountNotFound."""
    account = await accounts.one(session, account_id)
    if account is None:
        raise AccountNotFound
    return account
