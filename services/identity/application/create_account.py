"""An account is made for somebody who works here."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.identity.application.say_account import say_account
from services.identity.domain.account import LOCAL, Account
from services.identity.persistence import accounts
from shared.persistence.folding import fold


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """Who it is for; without a `subject`, one is made from the name."""

    first_name: str
    last_name: str
    title: str = ""
    email: str | None = None
    roles: tuple[str, ...] = ()
    subject: str | None = None


async def create_account(session: AsyncSession, new: NewAccount, *, now: datetime) -> Account:
    """The new account, said to every service. Raises AccountNameMissing."""
    account = Account(
        subject="", first_name="", last_name="", email=new.email, created_at=now, changed_at=now
    )
    account.describe(first_name=new.first_name, last_name=new.last_name, title=new.title, now=now)
    account.give(list(new.roles), now)
    account.subject = new.subject or await _free_subject(session, account)
    session.add(account)
    await session.flush()
    await say_account(session, account, now=now)
    return account


async def _free_subject(session: AsyncSession, account: Account) -> str:
    wanted = f"{LOCAL}:{fold(account.display_name).replace(' ', '-')}"
    taken = await accounts.subjects_like(session, wanted)
    number, subject = 1, wanted
    while subject in taken:
        number += 1
        subject = f"{wanted}-{number}"
    return subject
