"""A commune, an EPCI, a sector, and the distance between two communes."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

UNDERSERVED_BELOW = Decimal("2.5")
"""Consultations per year and inhabitant under which a commune is called under-served.

Source: DREES, accessibilité potentielle localisée (APL) aux médecins généralistes; the source is
rounded to one decimal, so a commune at 2.5 may be on either side: only strictly below counts.
"""
ROAD_FACTOR = 1.3
EARTH_RADIUS_KM = 6371.0088


@dataclass(frozen=True, slots=True, kw_only=True)
class Commune:
    """A commune of today, by INSEE code; `apl_mg` is None where it is not known."""

    code: str
    name: str
    population: int
    postal_codes: tuple[str, ...]
    epci_siren: str | None
    epci_name: str | None
    arrondissement_code: str | None
    lat: float
    lon: float
    apl_mg: Decimal | None
    apl_year: int | None
    department: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCommune(Commune):
    """A commune found by a search, with what made it match (`reason`, in French)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Epci:
    """An intercommunal body; `population` is the DGCL's, never to be added to communes'."""

    siren: str
    name: str
    kind: str
    population: int
    population_in_department: int
    communes_in_department: int
    department: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorPart:
    """One EPCI put in a sector, with how sure that is (« haute », « moyenne », « faible »)."""

    epci_siren: str
    epci_name: str
    confidence: str
    comment: str | None
    communes: int
    population: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """A sector of social action; `hypothesis` is True until the Département validates it."""

    name: str
    hypothesis: bool
    parts: tuple[SectorPart, ...]
    valid_from: date

    @property
    def communes(self) -> int:
        """Number of communes of the Département in the sector."""
        return sum(part.communes for part in self.parts)

    @property
    def population(self) -> int:
        """Inhabitants of the Département in the sector (DGCL)."""
        return sum(part.population for part in self.parts)


def distance_km(a: Commune, b: Commune) -> float:
    """Great-circle distance in kilometres between the centres of two communes."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half_lat = sin((lat_b - lat_a) / 2) ** 2
    half_lon = sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, half_lat + cos(lat_a) * cos(lat_b) * half_lon)))


def road_estimate_km(a: Commune, b: Commune) -> float:
    """Estimated road distance in kilometres: the great circle × 1.3.

    An honest estimate between centres of communes, not a route: say « environ » when showing it.
    """
    return distance_km(a, b) * ROAD_FACTOR


def underserved(commune: Commune) -> bool | None:
    """Whether access to general practitioners is below 2.5; None when the APL is not known.

    Source: DREES, APL aux médecins généralistes (vintage in `apl_year`).
    """
    return None if commune.apl_mg is None else commune.apl_mg < UNDERSERVED_BELOW
