"""What every service must know of an account is said: roles, state, name."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.identity.domain.account import Account
from shared.contracts.identity.v1 import AccountChanged
from shared.messaging import cards, directory, outbox
from shared.security import sessions

SPEAKER = "identity"


async def say_account(session: AsyncSession, account: Account, *, now: datetime) -> None:
    """Say the whole new state, and keep it for the pages of identity itself at once."""
    version = await cards.mark(session, account.id)
    said: dict[str, object] = {
        "version": version,
        "last_name": account.last_name,
        "first_name": account.first_name,
        "email": account.email,
    }
    await directory.hear(session, SPEAKER, account.id, said)
    await sessions.note_account(session, account.id, account.roles, active=account.active)
    await outbox.publish(
        session,
        AccountChanged(
            occurred_at=now,
            account_id=account.id,
            roles=tuple(account.roles),
            active=account.active,
        ),
    )
