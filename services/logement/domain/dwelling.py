"""A dwelling, and the offers by which it is available for a rent and a time."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import AutoString, Field

from services.logement.domain.base import LogementTable
from services.logement.domain.distance import Position
from services.logement.domain.periods import Period
from shared.persistence.tables import UTCDateTime, uuid7


class DwellingKind(StrEnum):
    """What kind of home it is."""

    ROOM = "room"
    STUDIO = "studio"
    FLAT = "flat"
    HOUSE = "house"


KIND_LABELS = {
    DwellingKind.ROOM: "Chambre",
    DwellingKind.STUDIO: "Studio",
    DwellingKind.FLAT: "Appartement",
    DwellingKind.HOUSE: "Maison",
}

DPE_CLASSES = ("A", "B", "C", "D", "E", "F", "G")


class DwellingState(StrEnum):
    """Whether the dwelling is still part of the stock."""

    ACTIVE = "active"
    RETIRED = "retired"


class Dwelling(LogementTable, table=True):
    """A home of the stock or of a partner; address and owner are shown to staff only.

    The address is shown to the person once a stay is booked, never before. `lat`, `lon` are
    WGS-84 degrees: the home's when `exact_position`, else the centre of its commune.
    """

    __tablename__ = "dwelling"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    title: str
    address: str = ""
    commune: str
    commune_name: str
    lat: float
    lon: float
    exact_position: bool = False
    kind: DwellingKind = Field(sa_type=AutoString)
    surface_m2: int
    rooms: int = 1
    sleeps: int = 1
    furnished: bool = True
    dpe: str | None = None
    accessible: bool = False
    transport_near: bool = False
    owner_name: str = ""
    owner_contact: str = ""
    state: DwellingState = Field(default=DwellingState.ACTIVE, sa_type=AutoString)
    created_at: datetime = Field(sa_type=UTCDateTime)
    updated_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def position(self) -> Position:
        """Where it is, exactly or by its commune."""
        return Position(self.lat, self.lon)

    @property
    def kind_label(self) -> str:
        """The kind in French."""
        return KIND_LABELS[DwellingKind(self.kind)]


class Offer(LogementTable, table=True):
    """A dwelling available during `[available_from, available_to[`.

    `rent_cents` is per month, charges included, in euro cents.
    """

    __tablename__ = "offer"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    dwelling_id: UUID = Field(foreign_key="dwelling.id", index=True)
    available_from: date
    available_to: date
    rent_cents: int
    published: bool = False
    created_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def window(self) -> Period:
        """When it is available, the last day excluded."""
        return Period(self.available_from, self.available_to)
