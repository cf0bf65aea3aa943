"""A person who asks for a home: one id per e-mail and name, minted here."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from services.logement.domain.base import LogementTable
from shared.persistence.folding import email_key, fold
from shared.persistence.tables import UTCDateTime, uuid7


class Applicant(LogementTable, table=True):
    """Who asks. A public form never changes what is already known of somebody."""

    __tablename__ = "applicant"
    __table_args__ = (UniqueConstraint("email_key", "name_key", name="applicant_who"),)

    person_id: UUID = Field(default_factory=uuid7, primary_key=True)
    first_name: str
    last_name: str
    email: str
    phone: str | None = None
    email_key: str
    name_key: str
    created_at: datetime = Field(sa_type=UTCDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UTCDateTime)

    @property
    def full_name(self) -> str:
        """First name, then surname."""
        return f"{self.first_name} {self.last_name}"


def keys(first_name: str, last_name: str, email: str) -> tuple[str, str]:
    """What makes two requests come from the same person: e-mail and name, both equal."""
    return email_key(email), f"{fold(last_name)}|{fold(first_name)}"
