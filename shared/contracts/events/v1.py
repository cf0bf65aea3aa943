"""What events says: evenings published, seats taken and given back, territories presented."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Instant, IntegrationEvent


class EventPublished(IntegrationEvent):
    """An event is open to the public; everything here is public."""

    subject: ClassVar[str] = "events.event.published.v1"
    aggregate_field: ClassVar[str] = "event_id"

    event_id: UUID
    kind: str
    title: str
    starts_at: Instant
    ends_at: Instant
    place: str
    commune: str
    capacity: int
    waiting_list: bool


class EventChanged(IntegrationEvent):
    """A published event changed; its whole new public state. `sequence` grows (RFC 5545)."""

    subject: ClassVar[str] = "events.event.changed.v1"
    aggregate_field: ClassVar[str] = "event_id"

    event_id: UUID
    kind: str
    title: str
    starts_at: Instant
    ends_at: Instant
    place: str
    commune: str
    capacity: int
    waiting_list: bool
    sequence: int


class EventCancelled(IntegrationEvent):
    """The event will not take place."""

    subject: ClassVar[str] = "events.event.cancelled.v1"
    aggregate_field: ClassVar[str] = "event_id"

    event_id: UUID
    sequence: int


class ZoomPlanned(IntegrationEvent):
    """A slot of the evening is given to a commune or EPCI, presented by an élu."""

    subject: ClassVar[str] = "events.zoom.planned.v1"
    aggregate_field: ClassVar[str] = "slot_id"

    slot_id: UUID
    event_id: UUID
    commune: str
    elu_id: UUID
    card_version: int


class RegistrationConfirmed(IntegrationEvent):
    """A person has a seat. `promoted` when it comes from the waiting list."""

    subject: ClassVar[str] = "events.registration.confirmed.v1"
    aggregate_field: ClassVar[str] = "registration_id"

    registration_id: UUID
    event_id: UUID
    person_id: UUID
    card_version: int
    profile: str
    promoted: bool = False
    link_epoch: int


class RegistrationWaitlisted(IntegrationEvent):
    """The event is full; the person waits, first come first served."""

    subject: ClassVar[str] = "events.registration.waitlisted.v1"
    aggregate_field: ClassVar[str] = "registration_id"

    registration_id: UUID
    event_id: UUID
    person_id: UUID
    card_version: int
    profile: str
    link_epoch: int


class RegistrationCancelled(IntegrationEvent):
    """A person gave the seat, or the place on the waiting list, back."""

    subject: ClassVar[str] = "events.registration.cancelled.v1"
    aggregate_field: ClassVar[str] = "registration_id"

    registration_id: UUID
    event_id: UUID
    person_id: UUID
    card_version: int
    by: str


class RegistrationLinkRequested(IntegrationEvent):
    """Someone registered again with the same e-mail: the owner gets the manage link anew."""

    subject: ClassVar[str] = "events.registration.link-requested.v1"
    aggregate_field: ClassVar[str] = "registration_id"

    registration_id: UUID
    event_id: UUID
    person_id: UUID
    card_version: int
    link_epoch: int
