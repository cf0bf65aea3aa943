"""A zoom territorial: the slot of an evening in which an élu presents a commune."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from services.events.domain.base import EventsTable
from shared.persistence.tables import UTCDateTime


class ZoomSlot(EventsTable, table=True):
    """One slot of the programme: which commune, by whom, when, for how long."""

    __tablename__ = "zoom_slot"

    id: UUID = Field(primary_key=True)
    event_id: UUID = Field(foreign_key="event.id", index=True)
    commune: str
    elu_id: UUID = Field(foreign_key="participant.person_id", index=True)
    elu_function: str
    title: str
    starts_at: datetime = Field(sa_type=UTCDateTime)
    minutes: int
    created_at: datetime = Field(sa_type=UTCDateTime)
