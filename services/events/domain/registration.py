"""A registration: one person, one event, a seat or a rank on the waiting list."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from services.events.domain.base import EventsTable
from shared.persistence.tables import UTCDateTime

RegistrationId = NewType("RegistrationId", UUID)

ACTIVE = text("status <> 'cancelled'")


class RegistrationStatus(StrEnum):
    """What the person has."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The status in words."""
        return _STATUSES[self]


_STATUSES = {
    RegistrationStatus.CONFIRMED: "Place confirmée",
    RegistrationStatus.WAITLISTED: "Sur liste d’attente",
    RegistrationStatus.CANCELLED: "Annulée",
}


class CancelledBy(StrEnum):
    """Who gave the place back."""

    PERSON = "person"
    STAFF = "staff"


class Profile(StrEnum):
    """As what the person comes."""

    EXTERNE = "externe"
    INTERNE = "interne"
    DOCTEUR_JUNIOR = "docteur_junior"
    ETUDIANT_PARAMEDICAL = "etudiant_paramedical"
    REMPLACANT = "remplacant"
    INSTALLE = "installe"
    AUTRE = "autre"

    @property
    def label(self) -> str:
        """The profile in words."""
        return _PROFILES[self]


_PROFILES = {
    Profile.EXTERNE: "Externe en médecine",
    Profile.INTERNE: "Interne en médecine",
    Profile.DOCTEUR_JUNIOR: "Docteur junior",
    Profile.ETUDIANT_PARAMEDICAL: "En études paramédicales",
    Profile.REMPLACANT: "En remplacement",
    Profile.INSTALLE: "Profession de santé, en exercice",
    Profile.AUTRE: "Autre",
}


class Registration(EventsTable, table=True):
    """One registration; the id is random, so that it never tells when it was first made.

    (A time-ordered id would let a stranger who types somebody's address read in the answer that
    the person had registered before.)
    """

    __tablename__ = "registration"
    __table_args__ = (
        Index(
            "registration_one_active_per_email",
            "event_id",
            "email_key",
            unique=True,
            postgresql_where=ACTIVE,
        ),
        Index("registration_of_event", "event_id", "status", "position"),
    )

    id: UUID = Field(primary_key=True)
    event_id: UUID = Field(foreign_key="event.id")
    person_id: UUID = Field(foreign_key="participant.person_id", index=True)
    email_key: str
    status: str
    position: int | None = None
    profile: str
    phone: str | None = None
    consent: bool
    notice_version: int
    link_epoch: int = 1
    registered_at: datetime = Field(sa_type=UTCDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    cancelled_by: str | None = None

    @property
    def active(self) -> bool:
        """Whether the person still has a seat or a rank."""
        return self.status != RegistrationStatus.CANCELLED

    def cancel(self, by: CancelledBy, now: datetime) -> None:
        """Give the seat or the rank back."""
        self.status = RegistrationStatus.CANCELLED.value
        self.position = None
        self.cancelled_at = now
        self.cancelled_by = by.value

    def confirm(self, now: datetime) -> None:
        """Take the seat that was freed."""
        self.status = RegistrationStatus.CONFIRMED.value
        self.position = None
        self.confirmed_at = now
