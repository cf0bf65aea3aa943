"""What logement says: requests, proposals, stays."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.base import Instant, IntegrationEvent


class RequestOpened(IntegrationEvent):
    """Somebody looks for a home for a period near a placement."""

    subject: ClassVar[str] = "logement.request.opened.v1"
    aggregate_field: ClassVar[str] = "request_id"

    request_id: UUID
    person_id: UUID
    card_version: int
    placement_commune: str
    starts_on: date
    ends_on: date
    household_size: int
    link_epoch: int


class RequestPlaced(IntegrationEvent):
    """The request found its home."""

    subject: ClassVar[str] = "logement.request.placed.v1"
    aggregate_field: ClassVar[str] = "request_id"

    request_id: UUID
    person_id: UUID
    stay_id: UUID


class ProposalMade(IntegrationEvent):
    """The housing cell proposes an offer; the person answers by link before `answer_by`."""

    subject: ClassVar[str] = "logement.proposal.made.v1"
    aggregate_field: ClassVar[str] = "proposal_id"

    proposal_id: UUID
    request_id: UUID
    offer_id: UUID
    person_id: UUID
    card_version: int
    answer_by: Instant
    link_epoch: int


class ProposalAccepted(IntegrationEvent):
    """The person said yes."""

    subject: ClassVar[str] = "logement.proposal.accepted.v1"
    aggregate_field: ClassVar[str] = "proposal_id"

    proposal_id: UUID
    request_id: UUID
    offer_id: UUID
    person_id: UUID


class ProposalDeclined(IntegrationEvent):
    """The person said no, or the home was no longer free."""

    subject: ClassVar[str] = "logement.proposal.declined.v1"
    aggregate_field: ClassVar[str] = "proposal_id"

    proposal_id: UUID
    request_id: UUID
    offer_id: UUID
    person_id: UUID
    reason: Literal["person", "taken", "expired", "withdrawn"]


class StayBooked(IntegrationEvent):
    """A home is taken for `[starts_on, ends_on[`."""

    subject: ClassVar[str] = "logement.stay.booked.v1"
    aggregate_field: ClassVar[str] = "stay_id"

    stay_id: UUID
    request_id: UUID
    proposal_id: UUID
    dwelling_id: UUID
    dwelling_title: str
    commune: str
    person_id: UUID
    card_version: int
    starts_on: date
    ends_on: date
    link_epoch: int


class StayCancelled(IntegrationEvent):
    """The stay will not take place; the home is free again."""

    subject: ClassVar[str] = "logement.stay.cancelled.v1"
    aggregate_field: ClassVar[str] = "stay_id"

    stay_id: UUID
    request_id: UUID
    person_id: UUID
    card_version: int
