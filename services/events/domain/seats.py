"""The places of one event, counted in one hot row apart from what the event says."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from services.events.domain.base import EventsTable
from services.events.domain.refusals import CapacityTooLow
from shared.persistence.tables import UTCDateTime


class EventSeats(EventsTable, table=True):
    """How many places, how many taken, how many people wait; the last word is the CHECK.

    Whoever registers, cancels, closes or resizes locks this row, so the decision is taken on
    what it says at that moment. Invariant between transactions: nobody waits while a seat is free.
    """

    __tablename__ = "event_seats"
    __table_args__ = (
        CheckConstraint("capacity >= 1", name="event_seats_capacity_positive"),
        CheckConstraint("confirmed BETWEEN 0 AND capacity", name="event_seats_never_oversold"),
        CheckConstraint("waitlisted >= 0", name="event_seats_waitlisted_positive"),
    )

    event_id: UUID = Field(primary_key=True, foreign_key="event.id")
    capacity: int
    confirmed: int = 0
    waitlisted: int = 0
    last_position: int = 0
    waiting_list: bool
    open: bool = False
    closes_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def free(self) -> int:
        """Places nobody has."""
        return self.capacity - self.confirmed

    def resize(self, capacity: int) -> None:
        """Change the number of places. Raises `CapacityTooLow` below the people seated."""
        if capacity < self.confirmed:
            raise CapacityTooLow(
                f"{self.confirmed} personnes ont déjà une place\u00a0: "
                f"la capacité ne peut pas descendre au-dessous.",
                field="capacity",
            )
        self.capacity = capacity

    def release(self) -> None:
        """A seat is given back."""
        self.confirmed -= 1

    def leave_queue(self) -> None:
        """Somebody stops waiting without a seat."""
        self.waitlisted -= 1

    def promote(self) -> None:
        """The first who waits takes a free seat."""
        self.waitlisted -= 1
        self.confirmed += 1
