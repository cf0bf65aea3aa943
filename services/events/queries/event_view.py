"""An event as pages and the API show it: what it says, its seats, its commune in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.events.domain.calendar import CalendarEntry
from services.events.domain.event import EventState

COLUMNS = """e.id, e.kind, k.label AS kind_label, e.title, e.description, e.starts_at, e.ends_at,
    e.place, e.address, e.commune, coalesce(c.name, e.commune) AS commune_name, e.contact_email,
    e.state, e.sequence, e.version, e.updated_at, s.capacity, s.confirmed, s.waitlisted,
    s.waiting_list, s.open, s.closes_at"""
TABLES = """event e JOIN event_seats s ON s.event_id = e.id JOIN event_kind k ON k.code = e.kind
    LEFT JOIN territory_commune c ON c.code = e.commune"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One event with its seats at this moment."""

    id: UUID
    kind: str
    kind_label: str
    title: str
    description: str
    starts_at: datetime
    ends_at: datetime
    place: str
    address: str
    commune: str
    commune_name: str
    contact_email: str
    state: str
    sequence: int
    version: int
    updated_at: datetime
    capacity: int
    confirmed: int
    waitlisted: int
    waiting_list: bool
    open: bool
    closes_at: datetime

    @property
    def state_label(self) -> str:
        """The state in words."""
        return EventState(self.state).label

    @property
    def published(self) -> bool:
        """Whether the public may register or read it."""
        return self.state == EventState.PUBLISHED

    @property
    def cancelled(self) -> bool:
        """Whether it is called off."""
        return self.state == EventState.CANCELLED

    @property
    def free(self) -> int:
        """Places left."""
        return self.capacity - self.confirmed

    @property
    def where(self) -> str:
        """Place, address and commune on one line."""
        parts = (self.place, self.address, self.commune_name)
        return ", ".join(part for part in parts if part)

    def takes_registrations(self, now: datetime) -> bool:
        """Whether the form is shown: open, not begun, and a seat or a waiting list."""
        return self.open and now < self.closes_at and (self.free > 0 or self.waiting_list)

    def calendar_entry(self) -> CalendarEntry:
        """What goes in the `.ics` file."""
        return CalendarEntry(
            event_id=self.id,
            title=self.title,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            where=self.where,
            description=self.description,
            sequence=self.sequence,
            cancelled=self.cancelled,
            updated_at=self.updated_at,
        )


def view(row: Any) -> EventView:
    """An `EventView` from a row that has `COLUMNS`."""
    return EventView(**{name: getattr(row, name) for name in EventView.__slots__})
