"""What people attend: a soirée d'accueil, a zoom territorial, a conférence départementale."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from sqlmodel import Field

from services.events.domain.base import EventsTable
from services.events.domain.refusals import EventOver, NotADraft, RegistrationsClosed
from shared.persistence.tables import UTCDateTime

EventId = NewType("EventId", UUID)


class EventState(StrEnum):
    """Where an event stands between its plan and its end."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The state in the words of the agency."""
        return _STATES[self]


_STATES = {
    EventState.DRAFT: "En préparation",
    EventState.PUBLISHED: "Publiée",
    EventState.CANCELLED: "Annulée",
}


class EventKind(EventsTable, table=True):
    """A kind of event, as data: a new kind is a row, not a release."""

    __tablename__ = "event_kind"

    code: str = Field(primary_key=True)
    label: str
    rank: int


class Event(EventsTable, table=True):
    """One event; its places live in `event_seats`, a hot row apart.

    `version` grows with every change (concurrent edits); `sequence` grows with every change the
    public must hear of (RFC 5545 §3.8.7.4: calendars replace the older one).
    """

    __tablename__ = "event"

    id: UUID = Field(primary_key=True)
    kind: str = Field(foreign_key="event_kind.code")
    title: str
    description: str = ""
    starts_at: datetime = Field(sa_type=UTCDateTime, index=True)
    ends_at: datetime = Field(sa_type=UTCDateTime)
    place: str
    address: str = ""
    commune: str
    contact_email: str = ""
    state: str = EventState.DRAFT.value
    sequence: int = 0
    version: int = 1
    created_at: datetime = Field(sa_type=UTCDateTime)
    updated_at: datetime = Field(sa_type=UTCDateTime)

    def publish(self, now: datetime) -> None:
        """Open it to the public. Raises `NotADraft` or `EventOver`."""
        if self.state != EventState.DRAFT:
            raise NotADraft
        if self.starts_at <= now:
            raise EventOver("Cette soirée a déjà commencé\u00a0: choisissez une date à venir.")
        self.state = EventState.PUBLISHED.value
        self._touch(now)

    def cancel(self, now: datetime) -> None:
        """Call it off. Raises `RegistrationsClosed` when it already is, `EventOver` once past."""
        if self.state == EventState.CANCELLED:
            raise RegistrationsClosed("Cette soirée est déjà annulée.")
        if self.ends_at <= now:
            raise EventOver("Cette soirée a déjà eu lieu\u00a0: elle ne peut plus être annulée.")
        self.state = EventState.CANCELLED.value
        self.sequence += 1
        self._touch(now)

    def changed(self, now: datetime) -> None:
        """Note a change of what it says; the public hears of it once it is published."""
        if self.state == EventState.CANCELLED:
            raise RegistrationsClosed("Cette soirée est annulée\u00a0: elle ne se modifie plus.")
        if self.state == EventState.PUBLISHED:
            self.sequence += 1
        self._touch(now)

    def _touch(self, now: datetime) -> None:
        self.version += 1
        self.updated_at = now
