"""The hot path of a registration: SQL functions, no ORM object.

`newcomer` does it all in one call for the ordinary case. Otherwise `begin` claims the
idempotency key and finds who asks, and `take` decides on the locked row of the seats and writes
everything. What they do is in the migrations `0002_registration_functions` and
`0004_register_newcomer`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.domain.registration import RegistrationId

_NEWCOMER = text("""
SELECT register_newcomer(:key, :fingerprint, :event_id, :person_id, :last_name, :first_name,
    :email, :email_key, :name_key, :phone, :now, :registration_id, :profile, :consent,
    :notice_version, CAST(:said AS jsonb))
""")
_BEGIN = text("""
SELECT outcome, person, card, asked, answered FROM begin_registration(:key, :fingerprint,
    :event_id, :person_id, :last_name, :first_name, :email, :email_key, :name_key, :phone, :now)
""")
_TAKE = text("""
SELECT outcome, body FROM take_seat(:registration_id, :event_id, :person_id, :email_key, :profile,
    :phone, :consent, :notice_version, :now, :key, CAST(:said AS jsonb))
""")
_KNOWN = text("""
SELECT r.id, r.person_id, r.link_epoch, s.open, s.closes_at, s.waiting_list,
    s.confirmed < s.capacity AS has_room
FROM registration r JOIN event_seats s ON s.event_id = r.event_id
WHERE r.event_id = :event_id AND r.email_key = :email_key AND r.status <> 'cancelled'
""")
_ANSWERED = text("""
UPDATE idempotency_key SET response_status = 201, response_body = :body WHERE key_hash = :key
""")
_FORGET_KEY = text("DELETE FROM idempotency_key WHERE key_hash = :key")
_FORGET_OLD_KEYS = text("DELETE FROM idempotency_key WHERE created_at < :before")


@dataclass(frozen=True, slots=True)
class Begun:
    """`outcome`: go, known, replay, or why not (absent, draft, cancelled)."""

    outcome: str
    person: UUID | None
    card_version: int
    asked: str | None
    answered: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """`outcome`: confirmed, waitlisted, known, or why not (cancelled, over, full)."""

    outcome: str
    body: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """The active registration of an e-mail, and what a stranger would meet at this moment."""

    id: RegistrationId
    person_id: UUID
    link_epoch: int
    open: bool
    closes_at: datetime
    waiting_list: bool
    has_room: bool


async def newcomer(session: AsyncSession, values: dict[str, Any]) -> str | None:
    """Register somebody never met, in one call committed by itself; None when it is not so simple.

    The row of the seats is then held by the server alone: were it held until the commit of this
    process, everybody would wait for our event loop. Must be the first use of the session, which
    is left as new.
    """
    connection = await session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
    body: str | None = (await connection.execute(_NEWCOMER, values)).scalar_one()
    await session.commit()
    return body


async def begin(session: AsyncSession, values: dict[str, Any]) -> Begun:
    """Claim the key, look at the event, find or mint the person."""
    return Begun(*(await session.execute(_BEGIN, values)).one())


async def take(session: AsyncSession, values: dict[str, Any]) -> Taken:
    """Take a seat, or a rank; the row of the seats stays locked until the commit."""
    return Taken(*(await session.execute(_TAKE, values)).one())


async def known(session: AsyncSession, event_id: UUID, email_key: str) -> Known | None:
    """The active registration of this e-mail at this event."""
    row = (
        await session.execute(_KNOWN, {"event_id": event_id, "email_key": email_key})
    ).one_or_none()
    return Known(*row) if row else None


async def keep_answer(session: AsyncSession, key: str, body: str) -> None:
    """Remember what was answered to the request of this key."""
    await session.execute(_ANSWERED, {"key": key, "body": body})


async def forget_key(session: AsyncSession, key: str) -> None:
    """Let a refused request be sent again with the same key."""
    await session.execute(_FORGET_KEY, {"key": key})


async def forget_keys_before(session: AsyncSession, before: datetime) -> None:
    """Drop the answers that nobody will ask for again."""
    await session.execute(_FORGET_OLD_KEYS, {"before": before})
