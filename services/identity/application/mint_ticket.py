"""A service is told who its visitor is, by a ticket used once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.identity.domain.account import AccountInactive
from services.identity.persistence import accounts
from shared.security import tokens

LIFETIME = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which service asks, with the nonce that ties the answer to this browser."""

    service: str
    nonce: str


async def mint_ticket(
    session: AsyncSession,
    account_id: UUID,
    asked: Asked,
    private_jwk: Mapping[str, Any],
    *,
    now: datetime,
) -> str:
    """A ticket for that service, good for a minute, with the roles of this very moment.

    Raises AccountInactive when the account may no longer sign in.
    """
    account = await accounts.one(session, account_id)
    if account is None or not account.active:
        raise AccountInactive
    return tokens.mint(
        private_jwk,
        subject=str(account.id),
        roles=account.roles,
        audience=f"session:{asked.service}",
        lifetime=LIFETIME,
        nonce=asked.nonce,
        now=now,
    )
