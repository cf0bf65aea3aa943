"""The dated configuration of the ranking: weights, thresholds, barred energy classes."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveFloat, PositiveInt
from sqlmodel import Field as Column

from services.logement.domain.base import LogementTable
from shared.persistence.tables import Json


class DpeBar(BaseModel):
    """A class that may not be the object of a lease that starts on `barred_from` or later."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dpe: str = Field(pattern="^[A-G]$")
    barred_from: date


class Weights(BaseModel):
    """How much each criterion counts in the score."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dates: NonNegativeInt
    budget: NonNegativeInt
    distance: NonNegativeInt
    size: NonNegativeInt
    accessibility: NonNegativeInt
    dpe: NonNegativeInt
    lease: NonNegativeInt


class MatchingRules(BaseModel):
    """Everything the ranking may be tuned by; one set is in force on a given day.

    Distances in estimated road kilometres, shares in percent, surfaces in square metres.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    road_factor: PositiveFloat
    walk_bike_km: PositiveFloat
    transport_km: PositiveFloat
    car_green_km: PositiveFloat
    car_amber_km: PositiveFloat
    budget_amber_percent: NonNegativeInt
    missing_amber_percent: NonNegativeInt
    minimum_surface_m2: PositiveInt
    comfort_surface_per_person_m2: PositiveInt
    lease_min_months: PositiveInt
    lease_max_months: PositiveInt
    amber_percent: NonNegativeInt
    answer_days: PositiveInt
    weights: Weights
    dpe_bars: tuple[DpeBar, ...]

    def barred_from(self, dpe: str) -> date | None:
        """The day from which a home of this class cannot be let anew, if the law set one.

        Source: loi n° 2021-1104, art. 160 (loi n° 89-462, art. 6): G 2025, F 2028, E 2034.
        """
        return next((bar.barred_from for bar in self.dpe_bars if bar.dpe == dpe), None)


class MatchingRuleSet(LogementTable, table=True):
    """A set of rules in force from a day until the next set."""

    __tablename__ = "matching_rules"

    valid_from: date = Column(primary_key=True)
    parameters: dict[str, Any] = Column(sa_type=Json)

    def rules(self) -> MatchingRules:
        """The parameters, checked."""
        return MatchingRules.model_validate(self.parameters)
