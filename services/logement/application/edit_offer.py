"""Staff correct a home and the terms of its offer."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.application.add_dwelling import DwellingFacts, describe
from services.logement.application.publish_offer import OfferTerms, ensure_publishable
from services.logement.domain.dwelling import Dwelling, Offer
from shared.contracts.refusal import NotFound


async def edit_offer(
    session: AsyncSession,
    offer_id: UUID,
    facts: DwellingFacts,
    terms: OfferTerms,
    *,
    now: datetime,
) -> Offer:
    """Write the new facts and terms; proposals already made keep what they said.

    Raises NotFound, Invalid (commune, dates) or NotPublishable (energy class, surface).
    """
    offer = await session.get(Offer, offer_id)
    dwelling = await session.get(Dwelling, offer.dwelling_id) if offer else None
    if offer is None or dwelling is None:
        raise NotFound
    with session.no_autoflush:
        await describe(session, dwelling, facts, now=now)
        await ensure_publishable(session, dwelling, terms, now=now)
    offer.available_from, offer.available_to = terms.available_from, terms.available_to
    offer.rent_cents, offer.published = terms.rent_cents, terms.published
    return offer
