"""A request: a household looks for a home near a placement, for a time and a budget."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import AutoString, Field

from services.logement.domain.base import LogementTable
from services.logement.domain.distance import Position
from services.logement.domain.matching import Need
from services.logement.domain.periods import Period
from services.logement.domain.refusals import RequestClosed
from shared.persistence.tables import UTCDateTime, uuid7


class RequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    PROPOSED = "proposed"
    PLACED = "placed"
    ABANDONED = "abandoned"


REQUEST_LABELS = {
    RequestState.OPEN: "À traiter",
    RequestState.PROPOSED: "Réponse attendue",
    RequestState.PLACED: "Logement trouvé",
    RequestState.ABANDONED: "Abandonnée",
}

WAITING = (RequestState.OPEN, RequestState.PROPOSED)


class HousingRequest(LogementTable, table=True):
    """What a household looks for during `[starts_on, ends_on[`; budget in cents per month."""

    __tablename__ = "request"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    person_id: UUID = Field(foreign_key="applicant.person_id", index=True)
    placement_commune: str
    placement_name: str
    lat: float
    lon: float
    starts_on: date
    ends_on: date
    budget_cents: int
    has_car: bool
    household_size: int
    children: int = 0
    needs_accessible: bool = False
    notes: str = ""
    consent_news: bool = False
    state: RequestState = Field(default=RequestState.OPEN, sa_type=AutoString)
    state_since: datetime = Field(sa_type=UTCDateTime)
    link_epoch: int = 1
    idempotency_key: str | None = Field(default=None, unique=True)
    idempotency_digest: str | None = None
    link_asked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def period(self) -> Period:
        """The stay asked for, the day of departure excluded."""
        return Period(self.starts_on, self.ends_on)

    @property
    def waiting(self) -> bool:
        """Whether a home is still to be found."""
        return self.state in WAITING

    @property
    def state_label(self) -> str:
        """The state in French."""
        return REQUEST_LABELS[RequestState(self.state)]

    def need(self) -> Need:
        """What the ranking needs to know; nothing about who the people are."""
        return Need(
            commune=self.placement_commune,
            position=Position(self.lat, self.lon),
            period=self.period,
            budget_cents=self.budget_cents,
            has_car=self.has_car,
            household_size=self.household_size,
            needs_accessible=self.needs_accessible,
        )

    def move(self, state: RequestState, now: datetime) -> None:
        """Go to `state`; the moment is kept only when it changes."""
        if self.state != state:
            self.state = state
            self.state_since = now

    def ensure_waiting(self) -> None:
        """Refuse to work on a request that found its home or was abandoned."""
        if not self.waiting:
            raise RequestClosed
