"""Published offers as the ranking sees them, with the stays already booked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.dwelling import Dwelling, DwellingState, Offer
from services.logement.domain.matching import Candidate
from services.logement.domain.periods import Period
from services.logement.domain.stay import Stay, StayState


@dataclass(frozen=True, slots=True)
class OfferedDwelling:
    """An offer with its dwelling, and how the ranking sees both."""

    offer: Offer
    dwelling: Dwelling
    candidate: Candidate


async def published(
    session: AsyncSession, *, offer_id: UUID | None = None
) -> list[OfferedDwelling]:
    """Every published offer of the stock (or the one given), whatever the dates."""
    query = (
        select(Offer, Dwelling)
        .join(Dwelling, col(Dwelling.id) == col(Offer.dwelling_id))
        .where(col(Offer.published), col(Dwelling.state) == DwellingState.ACTIVE)
        .order_by(col(Offer.id))
    )
    if offer_id is not None:
        query = query.where(col(Offer.id) == offer_id)
    rows = (await session.exec(query)).all()
    taken = await _taken(session, [dwelling.id for _, dwelling in rows])
    return [
        OfferedDwelling(offer, dwelling, _candidate(offer, dwelling, taken[dwelling.id]))
        for offer, dwelling in rows
    ]


async def _taken(
    session: AsyncSession, dwelling_ids: Sequence[UUID]
) -> dict[UUID, tuple[Period, ...]]:
    query = (
        select(Stay)
        .where(col(Stay.dwelling_id).in_(dwelling_ids), col(Stay.state) == StayState.BOOKED)
        .order_by(col(Stay.starts_on))
    )
    found: dict[UUID, tuple[Period, ...]] = defaultdict(tuple)
    for stay in await session.exec(query):
        found[stay.dwelling_id] += (stay.period,)
    return found


def _candidate(offer: Offer, dwelling: Dwelling, taken: tuple[Period, ...]) -> Candidate:
    return Candidate(
        offer_id=offer.id,
        dwelling_id=dwelling.id,
        commune=dwelling.commune,
        position=dwelling.position,
        window=offer.window,
        taken=taken,
        rent_cents=offer.rent_cents,
        surface_m2=dwelling.surface_m2,
        sleeps=dwelling.sleeps,
        furnished=dwelling.furnished,
        dpe=dwelling.dpe,
        accessible=dwelling.accessible,
        transport_near=dwelling.transport_near,
    )
