"""A stay: a dwelling taken for a period, never by two at once."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import AutoString, Field

from services.logement.domain.base import LogementTable
from services.logement.domain.periods import Period
from shared.persistence.tables import UTCDateTime, uuid7


class StayState(StrEnum):
    """Whether the stay holds."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


class Stay(LogementTable, table=True):
    """A dwelling taken for `[starts_on, ends_on[`.

    An exclusion constraint of the database refuses two booked stays that overlap in one
    dwelling: it holds whoever is quicker, and whatever the code above forgets.
    """

    __tablename__ = "stay"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    dwelling_id: UUID = Field(foreign_key="dwelling.id", index=True)
    person_id: UUID = Field(index=True)
    request_id: UUID = Field(foreign_key="request.id", index=True)
    proposal_id: UUID = Field(foreign_key="proposal.id", unique=True)
    starts_on: date
    ends_on: date
    state: StayState = Field(default=StayState.BOOKED, sa_type=AutoString)
    link_epoch: int = 1
    created_at: datetime = Field(sa_type=UTCDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)

    @property
    def period(self) -> Period:
        """When the dwelling is taken, the day of departure excluded."""
        return Period(self.starts_on, self.ends_on)

    @property
    def booked(self) -> bool:
        """Whether it still holds."""
        return self.state == StayState.BOOKED
