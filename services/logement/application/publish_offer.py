"""A home is offered for a time and a rent."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain import exclusions
from services.logement.domain.dwelling import Dwelling, Offer
from services.logement.domain.periods import Period, checked
from services.logement.domain.refusals import NotPublishable
from services.logement.persistence.rules import rules_on
from shared.contracts.refusal import NotFound


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferTerms:
    """When the home is available (`[available_from, available_to[`), monthly rent in cents."""

    available_from: date
    available_to: date
    rent_cents: int
    published: bool = True


async def publish_offer(
    session: AsyncSession, dwelling_id: UUID, terms: OfferTerms, *, now: datetime
) -> Offer:
    """Offer the home; Invalid on dates, NotPublishable without a lawful energy class or surface."""
    dwelling = await session.get(Dwelling, dwelling_id)
    if dwelling is None:
        raise NotFound
    await ensure_publishable(session, dwelling, terms, now=now)
    offer = Offer(dwelling_id=dwelling.id, created_at=now, **_values(terms))
    session.add(offer)
    await session.flush()
    return offer


async def ensure_publishable(
    session: AsyncSession, dwelling: Dwelling, terms: OfferTerms, *, now: datetime
) -> None:
    """Refuse impossible dates and, for a published offer, what the law bars.

    Sources: loi n° 89-462, art. 6 (energy class), décret n° 2002-120, art. 4 (9 m²).
    """
    window = checked(
        terms.available_from,
        terms.available_to,
        start_field="available_from",
        end_field="available_to",
    )
    if not terms.published:
        return
    rules = await rules_on(session, now.date())
    next_lease = Period(max(window.start, now.date()), window.end)
    if barrier := exclusions.dpe_barrier(dwelling.dpe, next_lease, rules):
        raise NotPublishable(barrier, field="dpe")
    if barrier := exclusions.surface_barrier(dwelling.surface_m2, rules):
        raise NotPublishable(barrier, field="surface_m2")


def _values(terms: OfferTerms) -> dict[str, Any]:
    return {
        "available_from": terms.available_from,
        "available_to": terms.available_to,
        "rent_cents": terms.rent_cents,
        "published": terms.published,
    }
