"""Accounts in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.identity.domain.account import Account
from services.identity.domain.roles import ADMIN


async def one(session: AsyncSession, account_id: UUID) -> Account | None:
    """The account of this id."""
    return await session.get(Account, account_id)


async def lock(session: AsyncSession, account_id: UUID) -> Account | None:
    """The same, held until the transaction ends."""
    return await session.get(Account, account_id, with_for_update=True, populate_existing=True)


async def by_subject(session: AsyncSession, issuer: str, subject: str) -> Account | None:
    """The account that this issuer knows under this subject."""
    found = select(Account).where(Account.issuer == issuer, Account.subject == subject)
    return (await session.exec(found)).one_or_none()


async def several(session: AsyncSession, account_ids: Sequence[UUID]) -> Sequence[Account]:
    """Those of these ids that exist."""
    return (await session.exec(select(Account).where(col(Account.id).in_(account_ids)))).all()


async def everybody(session: AsyncSession, *, active_only: bool = False) -> Sequence[Account]:
    """All accounts, in the order of names."""
    found = select(Account)
    if active_only:
        found = found.where(col(Account.active))
    ordered = found.order_by(
        func.lower(Account.last_name), func.lower(Account.first_name), col(Account.id)
    )
    return (await session.exec(ordered)).all()


async def page_of(session: AsyncSession, *, after: UUID | None, limit: int) -> Sequence[Account]:
    """Accounts in the order of their creation, after this id."""
    found = select(Account)
    if after is not None:
        found = found.where(col(Account.id) > after)
    return (await session.exec(found.order_by(col(Account.id)).limit(limit))).all()


async def other_administrators(session: AsyncSession, account_id: UUID) -> int:
    """How many other active accounts administer; they are held until the transaction ends."""
    held = (
        select(Account.id)
        .where(
            col(Account.active),
            col(Account.roles).contains([ADMIN]),
            Account.id != account_id,
        )
        .with_for_update()
    )
    return len((await session.exec(held)).all())


async def subjects_like(session: AsyncSession, start: str) -> set[str]:
    """The subjects that begin so, among accounts made here."""
    found = select(Account.subject).where(col(Account.subject).startswith(start, autoescape=True))
    return set((await session.exec(found)).all())
