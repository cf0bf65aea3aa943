"""Two ids that may be one person: asked, answered, and the answer can be taken back."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import CheckConstraint, Field, Index

from services.prospection.domain.base import ProspectionTable
from services.prospection.domain.refusals import DoubtSettled
from shared.persistence.tables import UTCDateTime, uuid7


class DoubtState(StrEnum):
    """Open, or how it was settled. `same` ties the two ids together."""

    OPEN = "open"
    SAME = "same"
    DIFFERENT = "different"


class Doubt(ProspectionTable, table=True):
    """A pair of raw ids, the smaller first; there is one row per pair for ever.

    Rows in state `same` are the ties from which canonical ids are computed, whoever tied them:
    staff, or the exact rule (`rule`).
    """

    __tablename__ = "doubt"
    __table_args__ = (
        Index("doubt_pair", "first_id", "second_id", unique=True),
        Index("doubt_by_second", "second_id"),
        Index("doubt_by_state", "state", "opened_at"),
        CheckConstraint("first_id < second_id", name="doubt_pair_in_order"),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    first_id: UUID = Field(foreign_key="person.id")
    second_id: UUID = Field(foreign_key="person.id")
    reason: str
    state: str
    rule: str | None = None
    opened_at: datetime = Field(sa_type=UTCDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    settled_by: UUID | None = None

    def settle(self, state: DoubtState, *, by: UUID | None, now: datetime) -> None:
        """Answer. Raises DoubtSettled when the opposite was answered before."""
        if self.state == state:
            return
        if self.state != DoubtState.OPEN:
            raise DoubtSettled
        self.state, self.rule = state, "staff"
        self.settled_at, self.settled_by = now, by

    def reopen(self) -> None:
        """Take the answer back."""
        self.state, self.rule = DoubtState.OPEN, None
        self.settled_at, self.settled_by = None, None
