"""A mission: the edition of a congress, or a visit to a faculty or school, where people are met."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, Index

from services.prospection.domain.base import ProspectionTable
from services.prospection.domain.person import Channel
from shared.persistence.tables import UTCDateTime, uuid7


class MissionKind(StrEnum):
    """Where one goes to meet people."""

    CONGRESS = "congress"
    FACULTY = "faculty"

    @property
    def channel(self) -> Channel:
        """As what people met there were met."""
        return Channel(self.value)


MISSION_WORDS = {MissionKind.CONGRESS: "Congrès", MissionKind.FACULTY: "Faculté ou école"}


class Organisation(ProspectionTable, table=True):
    """A school, or who organises a congress."""

    __tablename__ = "organisation"
    __table_args__ = (Index("organisation_by_name", "kind", "name_key", unique=True),)

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    kind: str
    name: str
    name_key: str
    city: str | None = None
    verified: bool


class Mission(ProspectionTable, table=True):
    """One edition. Without dates it stands for the congress itself, until an edition is known."""

    __tablename__ = "mission"
    __table_args__ = (
        Index("mission_by_title", "kind", "title_key", unique=True),
        Index("mission_by_date", "starts_on"),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    kind: str
    title: str
    title_key: str
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id")
    place: str | None = None
    audience: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    verified: bool
    source: str | None = None
    created_at: datetime = Field(sa_type=UTCDateTime)
