"""The cards of accounts: names that other services show."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.identity.persistence import accounts
from shared.messaging import Card


async def account_cards(session: AsyncSession, account_ids: Sequence[UUID]) -> dict[UUID, Card]:
    """Names and e-mails of these accounts."""
    return {
        account.id: Card(
            last_name=account.last_name, first_name=account.first_name, email=account.email
        )
        for account in await accounts.several(session, account_ids)
    }
