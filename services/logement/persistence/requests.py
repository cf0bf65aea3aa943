"""Requests: found again by idempotency key, or by being the same ask of the same person."""

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.request import WAITING, HousingRequest

_HOLD_KEY = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")


async def by_key(session: AsyncSession, key: str) -> HousingRequest | None:
    """The request sent with this key; the key is held, so that a double click waits its turn."""
    await session.execute(_HOLD_KEY, {"key": key})
    query = select(HousingRequest).where(col(HousingRequest.idempotency_key) == key)
    return (await session.exec(query)).one_or_none()


async def same_ask(session: AsyncSession, given: HousingRequest) -> HousingRequest | None:
    """A waiting request of the same person for the same placement and days."""
    query = select(HousingRequest).where(
        col(HousingRequest.person_id) == given.person_id,
        col(HousingRequest.placement_commune) == given.placement_commune,
        col(HousingRequest.starts_on) == given.starts_on,
        col(HousingRequest.ends_on) == given.ends_on,
        col(HousingRequest.state).in_(WAITING),
    )
    return (await session.exec(query)).first()
