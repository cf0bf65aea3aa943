"""A message owed to somebody, and each step of its life."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import JSON
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.notifications.domain.base import NotificationsTable
from services.notifications.domain.letters import KINDS, AfterUnknown, Template
from services.notifications.domain.retry import given_up, next_try
from shared.contracts.refusal import Refused
from shared.persistence.tables import UTCDateTime, uuid7


class State(StrEnum):
    """Where a message stands."""

    AWAITING_CARD = "awaiting_card"
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


UNSENT = (State.AWAITING_CARD, State.PENDING, State.DEFERRED)
"""Nothing has left, or surely nothing was taken: the message may still be cancelled."""

CLAIMABLE = (State.PENDING, State.DEFERRED, State.UNKNOWN)
"""A sender may take the message, once `next_at` has come."""


class Reason(StrEnum):
    """Why a message is where it is; a code, never a text received from outside."""

    NO_ADDRESS = "no-address"
    REFUSED = "refused"
    GIVEN_UP = "given-up"
    UNKNOWN = "unknown"
    NO_LONGER_TRUE = "no-longer-true"
    ERASED = "erased"
    UNREACHABLE = "unreachable"
    NOT_NOW = "not-now"
    SENDER_DIED = "sender-died"
    ASKED_AGAIN = "asked-again"
    FACTS_MISSING = "facts-missing"


class CannotResend(Refused):
    """Only a message that failed, or whose fate is unknown, can be sent again."""

    type = "message-non-renvoyable"
    reason = "Ce message n’est pas en échec\u00a0: il n’y a rien à renvoyer."


class Message(NotificationsTable, table=True):
    """A letter owed to a person because of one event; no address and no name is kept here."""

    __tablename__ = "message"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    cause_id: UUID
    cause_type: str
    cause_at: datetime = Field(sa_type=UTCDateTime)
    person_id: UUID
    speaker: str
    card_version: int
    template: str
    channel: str = "email"
    about_id: UUID
    topic_id: UUID | None = None
    context: dict[str, JsonValue] = Field(
        default_factory=dict,
        sa_type=JSON().with_variant(JSONB(), "postgresql"),
    )
    correlation_id: UUID | None = None
    traceparent: str | None = None
    header_id: str | None = None
    state: str = State.AWAITING_CARD
    attempts: int = 0
    next_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    first_tried_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    smtp_code: int | None = None
    reason: str | None = None

    def release(self, now: datetime) -> "MessageStep":
        """Everything the letter needs is known: it may leave."""
        return self._move(State.PENDING, now, next_at=now)

    def take(self, now: datetime, *, lease: timedelta, domain: str) -> "MessageStep":
        """A sender begins the dialogue with the mail server and has until the lease's end.

        The Message-ID is given once, under `domain`: a letter sent again keeps it.
        """
        self.attempts += 1
        self.header_id = self.header_id or f"<{self.id}@{domain}>"
        self.first_tried_at = self.first_tried_at or now
        self.lease_until = now + lease
        return self._move(State.SENDING, now, next_at=None)

    def accept(self, now: datetime, *, code: int) -> "MessageStep":
        """The mail server took the message."""
        self.sent_at = now
        return self._move(State.SENT, now, code=code)

    def put_off(
        self, now: datetime, *, reason: Reason, code: int | None, jitter: float
    ) -> "MessageStep":
        """Not now: try again later, or give up once the time allowed is over."""
        if given_up(self.first_tried_at, now):
            return self._move(State.FAILED, now, reason=Reason.GIVEN_UP, code=code)
        later = next_try(self.attempts, now, jitter=jitter)
        return self._move(State.DEFERRED, now, reason=reason, code=code, next_at=later)

    def fail(self, now: datetime, *, reason: Reason, code: int | None = None) -> "MessageStep":
        """The message will not be delivered as things are."""
        return self._move(State.FAILED, now, reason=reason, code=code)

    def lose_sight(self, now: datetime, *, reason: Reason, jitter: float) -> "MessageStep":
        """Nobody can tell whether it was taken: the policy of its template decides."""
        if given_up(self.first_tried_at, now):
            return self._move(State.UNKNOWN, now, reason=Reason.UNKNOWN)
        again = KINDS[Template(self.template)].after_unknown is AfterUnknown.RESEND
        next_at = next_try(self.attempts, now, jitter=jitter) if again else None
        return self._move(State.UNKNOWN, now, reason=reason, next_at=next_at)

    def cancel(self, now: datetime, *, reason: Reason) -> "MessageStep":
        """The letter is no longer true, or its reader is erased: it never leaves."""
        return self._move(State.CANCELLED, now, reason=reason)

    def ask_again(self, now: datetime, *, by: UUID | None) -> "MessageStep":
        """Somebody here wants it sent again, under the same Message-ID.

        Raises CannotResend unless it failed, or its fate is unknown.
        """
        if self.state not in (State.FAILED, State.UNKNOWN):
            raise CannotResend
        self.first_tried_at = None
        self.attempts = 0
        step = self._move(State.AWAITING_CARD, now, reason=Reason.ASKED_AGAIN, next_at=now)
        step.by = by
        return step

    @property
    def settled_badly(self) -> bool:
        """It will not leave by itself any more."""
        return self.state == State.FAILED or (self.state == State.UNKNOWN and self.next_at is None)

    def _move(
        self,
        state: State,
        now: datetime,
        *,
        reason: Reason | None = None,
        code: int | None = None,
        next_at: datetime | None = None,
    ) -> "MessageStep":
        self.state = state
        self.reason = reason
        self.smtp_code = code
        self.next_at = next_at
        if state is not State.SENDING:
            self.lease_until = None
        return MessageStep(message_id=self.id, at=now, state=state, reason=reason, smtp_code=code)


class MessageStep(NotificationsTable, table=True):
    """One step of a message's life; `by` is the account that asked for it, if somebody did."""

    __tablename__ = "message_step"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    message_id: UUID = Field(foreign_key="message.id")
    at: datetime = Field(sa_type=UTCDateTime)
    state: str
    reason: str | None = None
    smtp_code: int | None = None
    by: UUID | None = None
