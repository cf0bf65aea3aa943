"""The stock: dwellings and their offers."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.dwelling import Dwelling, Offer
from shared.contracts.refusal import NotFound


@dataclass(frozen=True, slots=True)
class OfferLine:
    """An offer and its dwelling."""

    offer: Offer
    dwelling: Dwelling


async def list_offers(
    session: AsyncSession, *, after: UUID | None = None, limit: int = 200
) -> list[OfferLine]:
    """Offers in the order they were recorded, from the one that follows `after`."""
    query = (
        select(Offer, Dwelling)
        .join(Dwelling, col(Dwelling.id) == col(Offer.dwelling_id))
        .order_by(col(Offer.id))
        .limit(limit)
    )
    if after is not None:
        query = query.where(col(Offer.id) > after)
    return [OfferLine(offer, dwelling) for offer, dwelling in await session.exec(query)]


async def one_offer(session: AsyncSession, offer_id: UUID) -> OfferLine:
    """One offer and its dwelling; NotFound when there is none."""
    query = (
        select(Offer, Dwelling)
        .join(Dwelling, col(Dwelling.id) == col(Offer.dwelling_id))
        .where(col(Offer.id) == offer_id)
    )
    row = (await session.exec(query)).one_or_none()
    if row is None:
        raise NotFound
    return OfferLine(*row)
