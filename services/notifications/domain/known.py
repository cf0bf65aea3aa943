"""What notifications has learnt from the events it heard: public facts, and who is concerned."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from services.notifications.domain.base import NotificationsTable
from shared.persistence.tables import UTCDateTime


class KnownEvent(NotificationsTable, table=True):
    """The public facts of an evening, as last said by its owner."""

    __tablename__ = "known_event"

    event_id: UUID = Field(primary_key=True)
    kind: str
    title: str
    starts_at: datetime = Field(sa_type=UTCDateTime)
    ends_at: datetime = Field(sa_type=UTCDateTime)
    place: str
    commune: str
    sequence: int = 0
    cancelled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)

    def moved(self, *, starts_at: datetime, ends_at: datetime, place: str, commune: str) -> bool:
        """Whether those facts differ from what people were told of when and where."""
        told = (self.starts_at, self.ends_at, self.place, self.commune)
        return told != (starts_at, ends_at, place, commune)


class RegistrationState(StrEnum):
    """Where a registration stands, as far as letters are concerned."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"


class KnownRegistration(NotificationsTable, table=True):
    """Who is registered where: needed to tell them all when the evening changes."""

    __tablename__ = "known_registration"

    registration_id: UUID = Field(primary_key=True)
    event_id: UUID = Field(index=True)
    person_id: UUID
    card_version: int
    state: str
    link_epoch: int = 0


class KnownRequest(NotificationsTable, table=True):
    """A housing request: whose it is, and until when its link is useful."""

    __tablename__ = "known_request"

    request_id: UUID = Field(primary_key=True)
    person_id: UUID
    card_version: int
    placement_commune: str
    starts_on: date
    ends_on: date
    link_epoch: int = 0


class KnownProposal(NotificationsTable, table=True):
    """A proposal of a home: whose it is, and with which card it was made."""

    __tablename__ = "known_proposal"

    proposal_id: UUID = Field(primary_key=True)
    request_id: UUID
    person_id: UUID
    card_version: int


class KnownStay(NotificationsTable, table=True):
    """A stay booked: where and when, to be recalled if it is cancelled."""

    __tablename__ = "known_stay"

    stay_id: UUID = Field(primary_key=True)
    request_id: UUID
    person_id: UUID
    card_version: int
    dwelling_title: str
    commune: str
    starts_on: date
    ends_on: date
