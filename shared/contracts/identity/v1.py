"""What identity says: accounts of the people who work here."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Instant, IntegrationEvent


class AccountChanged(IntegrationEvent):
    """An account was created, its roles or its state changed; the whole new state is said."""

    subject: ClassVar[str] = "identity.account.changed.v1"
    aggregate_field: ClassVar[str] = "account_id"

    account_id: UUID
    roles: tuple[str, ...]
    active: bool


class SessionRevoked(IntegrationEvent):
    """Every session of this account opened before `before` is over."""

    subject: ClassVar[str] = "identity.session.revoked.v1"
    aggregate_field: ClassVar[str] = "account_id"

    account_id: UUID
    before: Instant
