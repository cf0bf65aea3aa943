"""A home enters the stock."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.dwelling import Dwelling, DwellingKind
from services.logement.persistence import communes
from shared.contracts.refusal import Invalid


@dataclass(frozen=True, kw_only=True, slots=True)
class DwellingFacts:
    """What staff know of a home; `lat` and `lon` both, or neither (then the commune's)."""

    title: str
    commune: str
    kind: DwellingKind
    surface_m2: int
    address: str = ""
    lat: float | None = None
    lon: float | None = None
    rooms: int = 1
    sleeps: int = 1
    furnished: bool = True
    dpe: str | None = None
    accessible: bool = False
    transport_near: bool = False
    owner_name: str = ""
    owner_contact: str = ""


async def add_dwelling(session: AsyncSession, facts: DwellingFacts, *, now: datetime) -> Dwelling:
    """Record the home; Invalid on an unknown commune."""
    dwelling = Dwelling(
        title="",
        commune="",
        commune_name="",
        lat=0.0,
        lon=0.0,
        kind=facts.kind,
        surface_m2=facts.surface_m2,
        created_at=now,
        updated_at=now,
    )
    await describe(session, dwelling, facts, now=now)
    session.add(dwelling)
    await session.flush()
    return dwelling


async def describe(
    session: AsyncSession, dwelling: Dwelling, facts: DwellingFacts, *, now: datetime
) -> None:
    """Write the facts on the row; Invalid on an unknown commune or half a position."""
    commune = await communes.known(session, facts.commune, field="commune")
    if (facts.lat is None) != (facts.lon is None):
        raise Invalid("Indiquez la latitude et la longitude, ou aucune des deux.", field="lat")
    exact = facts.lat is not None and facts.lon is not None
    dwelling.lat = facts.lat if facts.lat is not None else commune.lat
    dwelling.lon = facts.lon if facts.lon is not None else commune.lon
    dwelling.exact_position = exact
    dwelling.commune, dwelling.commune_name = commune.code, commune.name
    for name in _PLAIN:
        setattr(dwelling, name, getattr(facts, name))
    dwelling.updated_at = now


_PLAIN = (
    "title",
    "address",
    "kind",
    "surface_m2",
    "rooms",
    "sleeps",
    "furnished",
    "dpe",
    "accessible",
    "transport_near",
    "owner_name",
    "owner_contact",
)
