"""A person as events knows them: who registered, or which élu presents a territory."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from services.events.domain.base import EventsTable
from shared.persistence.folding import fold
from shared.persistence.tables import UTCDateTime


class Participant(EventsTable, table=True):
    """One id per (e-mail key, folded name), minted here; `prospection` decides who is who."""

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("email_key", "name_key", name="participant_email_name_unique"),
    )

    person_id: UUID = Field(primary_key=True)
    last_name: str
    first_name: str
    email: str
    email_key: str
    name_key: str
    phone: str | None = None
    created_at: datetime = Field(sa_type=UTCDateTime)


def name_key(last_name: str, first_name: str) -> str:
    """Under which two spellings of a name are the same: without case, accent nor hyphen."""
    return f"{fold(last_name)}|{fold(first_name)}"
