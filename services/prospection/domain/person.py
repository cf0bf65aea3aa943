"""A person met by the agency, under one raw id, and the roles they hold over time."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID

from sqlmodel import JSON, CheckConstraint, Field, Index, text

from services.prospection.domain.base import ProspectionTable
from shared.persistence.folding import email_key, fold
from shared.persistence.tables import UTCDateTime, uuid7


class Channel(StrEnum):
    """Where the first contact happened; the words of `prospection.person.met`."""

    CONGRESS = "congress"
    FACULTY = "faculty"
    FORM = "form"
    EVENT = "event"
    HOUSING = "housing"
    REFERRAL = "referral"
    MANUAL = "manual"


CHANNEL_WORDS: Final = {
    Channel.CONGRESS: "lors d'un congrès",
    Channel.FACULTY: "dans une faculté ou une école",
    Channel.FORM: "par un formulaire",
    Channel.EVENT: "en s'inscrivant à une rencontre",
    Channel.HOUSING: "par une demande de logement",
    Channel.REFERRAL: "par recommandation",
    Channel.MANUAL: "par l'agence",
}

ROLE_WORDS: Final = {
    "contact": "Contact",
    "etudiant": "En études de santé",
    "externe": "Externe",
    "interne": "Interne",
    "docteur_junior": "Docteur junior",
    "remplacant": "Exerce en remplacement",
    "medecin": "Médecin",
    "infirmier": "Soins infirmiers",
    "kinesitherapeute": "Kinésithérapie",
    "sage_femme": "Maïeutique",
    "dentiste": "Chirurgie dentaire",
    "pharmacien": "Pharmacie",
    "orthophoniste": "Orthophonie",
    "professionnel": "Exerce dans la santé",
    "enseignant": "Enseigne",
    "maitre_de_stage": "Maîtrise de stage",
    "conjoint": "Conjoint ou conjointe",
    "elu": "Mandat d'élu",
    "autre": "Autre",
}


def role_words(role: str) -> str:
    """The role in words people use; an unknown code is shown as it came, readable."""
    return ROLE_WORDS.get(role, role.replace("_", " ").capitalize())


class Person(ProspectionTable, table=True):
    """One raw id. `canonical_id` says which person it stands for; it is its own id by default.

    `details` holds what a list of contacts may add: profession, specialty, year, school, city,
    postal_code, notes, accepts_email.
    """

    __tablename__ = "person"
    __table_args__ = (
        Index("person_by_name", "last_key", "first_key", "id"),
        Index("person_by_email", "email_key"),
        Index("person_by_canonical", "canonical_id"),
        Index("person_by_mission", "mission_id"),
        CheckConstraint("erased_at IS NULL OR email IS NULL", name="person_erased_is_empty"),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    canonical_id: UUID
    source: str
    channel: str
    mission_id: UUID | None = None
    last_name: str
    first_name: str
    last_key: str
    first_key: str
    email: str | None = None
    email_key: str | None = None
    phone: str | None = None
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    restricted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    met_at: datetime = Field(sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)
    updated_at: datetime = Field(sa_type=UTCDateTime)
    card_version: int = 0

    @classmethod
    def met(cls, *, last_name: str, first_name: str, now: datetime, **known: Any) -> Self:
        """A new person, its own canonical, with the keys that comparisons use."""
        raw_id: UUID = known.pop("id", None) or uuid7()
        email = known.pop("email", None)
        return cls(
            id=raw_id,
            canonical_id=raw_id,
            last_name=last_name,
            first_name=first_name,
            last_key=fold(last_name),
            first_key=fold(first_name),
            email=email,
            email_key=key_of(email),
            met_at=now,
            created_at=now,
            updated_at=now,
            **known,
        )

    @property
    def full_name(self) -> str:
        """First name then surname, as people are spoken of; a sentence when both are gone."""
        return f"{self.first_name} {self.last_name}".strip() or "Personne effacée"

    def rename(self, *, last_name: str, first_name: str, now: datetime) -> None:
        """Take these names, and their keys."""
        self.last_name, self.first_name = last_name, first_name
        self.last_key, self.first_key = fold(last_name), fold(first_name)
        self.updated_at = now

    def reach_at(self, *, email: str | None, phone: str | None, now: datetime) -> None:
        """Take this e-mail and this telephone (E.164), and their keys."""
        self.email, self.email_key, self.phone = email, key_of(email), phone
        self.updated_at = now


def key_of(email: str | None) -> str | None:
    """The e-mail as compared, or None when there is none."""
    return email_key(email) if email and email.strip() else None


class Role(ProspectionTable, table=True):
    """What a person is, from a day to another; open as long as `ends_on` is empty."""

    __tablename__ = "role"
    __table_args__ = (
        Index(
            "role_open_once",
            "person_id",
            "role",
            unique=True,
            postgresql_where=text("ends_on IS NULL"),
        ),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="role_dates"),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    person_id: UUID
    role: str
    starts_on: date
    ends_on: date | None = None
    proof: str
