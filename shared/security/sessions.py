"""Server-side sessions of one service: a random cookie, its hash in the database."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlmodel.ext.asyncio.session import AsyncSession

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
_SEEN_EVERY = timedelta(minutes=5)

_OPEN = text(
    """
    INSERT INTO web_session (token_hash, account_id, roles, csrf_token, opened_at, seen_at,
        expires_at)
    VALUES (:token_hash, :account_id, :roles, :csrf_token, :now, :now, :expires_at)
    """
).bindparams(bindparam("roles", type_=ARRAY(TEXT)))
# The account's own row, when it was heard, is newer than what the session was opened with.
_FIND = text(
    """
    SELECT s.account_id, coalesce(a.roles, s.roles) AS roles, s.csrf_token, s.seen_at
    FROM web_session s LEFT JOIN known_account a ON a.account_id = s.account_id
    WHERE s.token_hash = :token_hash AND s.expires_at > :now AND s.seen_at > :idle_since
      AND coalesce(a.active, true)
      AND (a.sessions_valid_from IS NULL OR s.opened_at >= a.sessions_valid_from)
    """
)
_SEEN = text("UPDATE web_session SET seen_at = :now WHERE token_hash = :token_hash")
_CLOSE = text("DELETE FROM web_session WHERE token_hash = :token_hash")
_USE_TICKET = text(
    """
    INSERT INTO used_ticket (ticket_id, expires_at) VALUES (:ticket_id, :expires_at)
    ON CONFLICT (ticket_id) DO NOTHING RETURNING ticket_id
    """
)
_SWEEP = text("DELETE FROM web_session WHERE expires_at < :now OR seen_at < :idle_since")
_SWEEP_TICKETS = text("DELETE FROM used_ticket WHERE expires_at < :now")
_ACCOUNT = text(
    """
    INSERT INTO known_account (account_id, roles, active) VALUES (:account_id, :roles, :active)
    ON CONFLICT (account_id) DO UPDATE SET roles = excluded.roles, active = excluded.active
    """
).bindparams(bindparam("roles", type_=ARRAY(TEXT)))
_REVOKE = text(
    """
    INSERT INTO known_account (account_id, roles, active, sessions_valid_from)
    VALUES (:account_id, '{}', true, :before)
    ON CONFLICT (account_id) DO UPDATE SET sessions_valid_from =
        greatest(known_account.sessions_valid_from, excluded.sessions_valid_from)
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session that was found valid."""

    account_id: UUID
    roles: frozenset[str]
    csrf_token: str


def cookie_name(service: str, *, secure: bool) -> str:
    """`__Host-<service>` over HTTPS; browsers refuse that prefix over plain HTTP on a laptop."""
    return f"__Host-{service}" if secure else f"ancrage-{service}"


async def open_session(
    session: AsyncSession, account_id: UUID, roles: Sequence[str], *, now: datetime
) -> str:
    """Open a session for this account; returns the value of its cookie."""
    token = secrets.token_urlsafe(32)
    await session.execute(_SWEEP, {"now": now, "idle_since": now - IDLE})
    await session.execute(_SWEEP_TICKETS, {"now": now})
    await session.execute(
        _OPEN,
        {
            "token_hash": _hash(token),
            "account_id": account_id,
            "roles": list(roles),
            "csrf_token": secrets.token_urlsafe(24),
            "now": now,
            "expires_at": now + ABSOLUTE,
        },
    )
    return token


async def find_session(session: AsyncSession, token: str, *, now: datetime) -> OpenSession | None:
    """The session behind a cookie, or None when it is unknown, over, or revoked."""
    found = await session.execute(
        _FIND, {"token_hash": _hash(token), "now": now, "idle_since": now - IDLE}
    )
    row = found.one_or_none()
    if row is None:
        return None
    if now - row.seen_at > _SEEN_EVERY:
        await session.execute(_SEEN, {"now": now, "token_hash": _hash(token)})
    return OpenSession(
        account_id=row.account_id, roles=frozenset(row.roles), csrf_token=row.csrf_token
    )


async def close_session(session: AsyncSession, token: str) -> None:
    """Forget this session."""
    await session.execute(_CLOSE, {"token_hash": _hash(token)})


async def use_ticket(session: AsyncSession, ticket_id: UUID, expires_at: datetime) -> bool:
    """Note that a sign-in ticket was used; False when it already was."""
    used = await session.execute(_USE_TICKET, {"ticket_id": ticket_id, "expires_at": expires_at})
    return used.one_or_none() is not None


async def note_account(
    session: AsyncSession, account_id: UUID, roles: Sequence[str], *, active: bool
) -> None:
    """Keep this service's copy of an account's roles and state."""
    await session.execute(
        _ACCOUNT, {"account_id": account_id, "roles": list(roles), "active": active}
    )


async def revoke_sessions(session: AsyncSession, account_id: UUID, before: datetime) -> None:
    """Every session of this account opened before `before` is over."""
    await session.execute(_REVOKE, {"account_id": account_id, "before": before})


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
