"""What the ranking weighs and what it answers; no criterion on who people are."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.logement.domain.distance import Position
from services.logement.domain.periods import Period


class Level(StrEnum):
    """How well an offer answers one criterion."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Criterion(StrEnum):
    """What an offer is judged on. Sex, origin, age or health never are (loi 89-462, art. 1)."""

    DATES = "dates"
    BUDGET = "budget"
    DISTANCE = "distance"
    SIZE = "size"
    ACCESSIBILITY = "accessibility"
    DPE = "dpe"
    LEASE = "lease"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What is looked for; budget in cents per month, charges included."""

    commune: str
    position: Position
    period: Period
    budget_cents: int
    has_car: bool
    household_size: int
    needs_accessible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An offer and its dwelling as the ranking sees them; `taken` are the booked stays."""

    offer_id: UUID
    dwelling_id: UUID
    commune: str
    position: Position
    window: Period
    taken: tuple[Period, ...]
    rent_cents: int
    surface_m2: int
    sleeps: int
    furnished: bool
    dpe: str | None
    accessible: bool
    transport_near: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion, its level, and the French sentence that says why."""

    criterion: Criterion
    level: Level
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An offer that can be proposed, for `period`, with what it scores out of 100 and why."""

    candidate: Candidate
    period: Period
    road_km: float
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An offer that cannot be proposed, and the French sentence that says why."""

    candidate: Candidate
    sentence: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """The offers that can be proposed, best first, and those that cannot."""

    matches: tuple[Match, ...]
    excluded: tuple[Exclusion, ...]
