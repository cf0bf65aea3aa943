"""What notifications says: the fate of each message owed to somebody."""

from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.base import IntegrationEvent


class MessageSent(IntegrationEvent):
    """The mail server took the message. `cause_id` is the event that made it owed."""

    subject: ClassVar[str] = "notifications.message.sent.v1"
    aggregate_field: ClassVar[str] = "message_id"

    message_id: UUID
    person_id: UUID
    template: str
    channel: Literal["email"]
    cause_id: UUID


class MessageFailed(IntegrationEvent):
    """The message will not be delivered as things are; `reason` is a code, never a text."""

    subject: ClassVar[str] = "notifications.message.failed.v1"
    aggregate_field: ClassVar[str] = "message_id"

    message_id: UUID
    person_id: UUID
    template: str
    channel: Literal["email"]
    cause_id: UUID
    reason: Literal["no-address", "refused", "given-up", "unknown"]
