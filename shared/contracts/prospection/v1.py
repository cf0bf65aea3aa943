"""What prospection says: who was met, and who is who."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.base import IntegrationEvent


class PersonMet(IntegrationEvent):
    """First contact with a person; where it happened, and as what they came."""

    subject: ClassVar[str] = "prospection.person.met.v1"
    aggregate_field: ClassVar[str] = "person_id"

    person_id: UUID
    card_version: int
    channel: Literal["congress", "faculty", "form", "event", "housing", "referral", "manual"]
    mission_id: UUID | None = None
    role: str
    met_on: date


class PersonResolved(IntegrationEvent):
    """This id now stands for that person: one event per id whose canonical id changes."""

    subject: ClassVar[str] = "prospection.person.resolved.v1"
    aggregate_field: ClassVar[str] = "person_id"

    person_id: UUID
    canonical_id: UUID
    rule: Literal["exact", "staff", "undone"]


class PersonRestricted(IntegrationEvent):
    """Processing of this person's data is limited (RGPD art. 18) until lifted."""

    subject: ClassVar[str] = "prospection.person.restricted.v1"
    aggregate_field: ClassVar[str] = "person_id"

    person_id: UUID


class PersonUnrestricted(IntegrationEvent):
    """The limitation was lifted."""

    subject: ClassVar[str] = "prospection.person.unrestricted.v1"
    aggregate_field: ClassVar[str] = "person_id"

    person_id: UUID


class ContactsImported(IntegrationEvent):
    """A file of contacts brought back from a mission was confirmed; counts only."""

    subject: ClassVar[str] = "prospection.import.confirmed.v1"
    aggregate_field: ClassVar[str] = "import_id"

    import_id: UUID
    mission_id: UUID
    created: int
    updated: int
    in_doubt: int
    refused: int
