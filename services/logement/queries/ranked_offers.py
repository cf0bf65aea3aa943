"""The offers ranked for a request, with the reason of each rank and of each exclusion."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.dwelling import Dwelling, Offer
from services.logement.domain.matching import Exclusion, Match
from services.logement.domain.ranking import rank
from services.logement.domain.request import HousingRequest
from services.logement.persistence import candidates
from services.logement.persistence.rules import rules_on


@dataclass(frozen=True, slots=True)
class RankedOffer:
    """An offer that can be proposed; `rank` starts at 1."""

    rank: int
    match: Match
    offer: Offer
    dwelling: Dwelling


@dataclass(frozen=True, slots=True)
class ExcludedOffer:
    """An offer that cannot be proposed, and why."""

    exclusion: Exclusion
    offer: Offer
    dwelling: Dwelling


@dataclass(frozen=True, slots=True)
class RankedOffers:
    """All published offers, sorted out for one request."""

    ranked: tuple[RankedOffer, ...]
    excluded: tuple[ExcludedOffer, ...]


async def ranked_offers(
    session: AsyncSession, request: HousingRequest, *, now: datetime
) -> RankedOffers:
    """Rank every published offer under the rules of the day."""
    rules = await rules_on(session, now.date())
    offered = await candidates.published(session)
    by_offer: dict[UUID, candidates.OfferedDwelling] = {one.offer.id: one for one in offered}
    ranking = rank(request.need(), (one.candidate for one in offered), rules)
    ranked = tuple(
        RankedOffer(place, match, found.offer, found.dwelling)
        for place, match in enumerate(ranking.matches, start=1)
        for found in (by_offer[match.candidate.offer_id],)
    )
    excluded = tuple(
        ExcludedOffer(exclusion, found.offer, found.dwelling)
        for exclusion in ranking.excluded
        for found in (by_offer[exclusion.candidate.offer_id],)
    )
    return RankedOffers(ranked, excluded)
