"""What is known of what happened elsewhere: the lines of a story, and the facts they name."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import JSON, Field, Index

from services.prospection.domain.base import ProspectionTable
from shared.persistence.tables import UTCDateTime


class TimelineLine(ProspectionTable, table=True):
    """One line of a person's story; the event that caused it is its key."""

    __tablename__ = "timeline_line"
    __table_args__ = (
        Index("timeline_line_by_person", "person_id", "happened_at"),
        Index("timeline_line_by_time", "happened_at"),
    )

    event_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True)
    happened_at: datetime = Field(sa_type=UTCDateTime)
    kind: str
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class Envelope(ProspectionTable, table=True):
    """Who caused what: the envelope of every event of every service, without its content."""

    __tablename__ = "envelope"
    __table_args__ = (
        Index("envelope_by_correlation", "correlation_id"),
        Index("envelope_by_cause", "causation_id"),
    )

    event_id: UUID = Field(primary_key=True)
    type: str
    speaker: str
    aggregate: str
    aggregate_id: UUID
    time: datetime = Field(sa_type=UTCDateTime)
    correlation_id: UUID | None = None
    causation_id: UUID | None = None
    action: str | None = None
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class KnownEvent(ProspectionTable, table=True):
    """What is public of an evening, as `events` last said it."""

    __tablename__ = "known_event"

    event_id: UUID = Field(primary_key=True)
    kind: str
    title: str
    starts_at: datetime = Field(sa_type=UTCDateTime)
    ends_at: datetime = Field(sa_type=UTCDateTime)
    place: str
    commune: str
    capacity: int
    cancelled: bool = False


class KnownRegistration(ProspectionTable, table=True):
    """Who has a seat where; counted for the home page."""

    __tablename__ = "known_registration"
    __table_args__ = (Index("known_registration_by_event", "event_id", "state"),)

    registration_id: UUID = Field(primary_key=True)
    event_id: UUID
    person_id: UUID
    state: str


class KnownRequest(ProspectionTable, table=True):
    """A request for a home, as long as it has not found one."""

    __tablename__ = "known_request"

    request_id: UUID = Field(primary_key=True)
    person_id: UUID
    placement_commune: str
    starts_on: date
    ends_on: date
    household_size: int
    opened_at: datetime = Field(sa_type=UTCDateTime)
    state: str
