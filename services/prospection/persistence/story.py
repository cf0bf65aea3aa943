"""Writes of what is known of other services' facts; each statement may run twice."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.persistence.persons import IDS

_NOW = text("SELECT now()")
_LINE = text(
    """
    INSERT INTO timeline_line (event_id, person_id, happened_at, kind, facts)
    VALUES (:event_id, :person_id, :happened_at, :kind, CAST(:facts AS json))
    ON CONFLICT DO NOTHING
    """
)
_LINES = text(
    """
    INSERT INTO timeline_line (event_id, person_id, happened_at, kind, facts)
    SELECT g.event_id, g.person_id, :happened_at, :kind, CAST(:facts AS json)
    FROM unnest(:event_ids, :person_ids) AS g (event_id, person_id)
    ON CONFLICT DO NOTHING
    """
).bindparams(bindparam("event_ids", type_=IDS), bindparam("person_ids", type_=IDS))
_ENVELOPE = text(
    """
    INSERT INTO envelope (event_id, type, speaker, aggregate, aggregate_id, time,
        correlation_id, causation_id, action, recorded_at)
    VALUES (:event_id, :type, :speaker, :aggregate, :aggregate_id, :time,
        :correlation_id, :causation_id, :action, clock_timestamp())
    ON CONFLICT (event_id) DO NOTHING
    """
)
_EVENT = text(
    """
    INSERT INTO known_event (event_id, kind, title, starts_at, ends_at, place, commune, capacity,
        cancelled)
    VALUES (:event_id, :kind, :title, :starts_at, :ends_at, :place, :commune, :capacity, false)
    ON CONFLICT (event_id) DO UPDATE SET kind = excluded.kind, title = excluded.title,
        starts_at = excluded.starts_at, ends_at = excluded.ends_at, place = excluded.place,
        commune = excluded.commune, capacity = excluded.capacity
    """
)
_EVENT_CANCELLED = text("UPDATE known_event SET cancelled = true WHERE event_id = :event_id")
_REGISTRATION = text(
    """
    INSERT INTO known_registration (registration_id, event_id, person_id, state)
    VALUES (:registration_id, :event_id, :person_id, :state)
    ON CONFLICT (registration_id) DO UPDATE SET state = excluded.state
    """
)
_REQUEST = text(
    """
    INSERT INTO known_request (request_id, person_id, placement_commune, starts_on, ends_on,
        household_size, opened_at, state)
    VALUES (:request_id, :person_id, :placement_commune, :starts_on, :ends_on, :household_size,
        :opened_at, 'open')
    ON CONFLICT (request_id) DO NOTHING
    """
)
_REQUEST_PLACED = text("UPDATE known_request SET state = 'placed' WHERE request_id = :request_id")
_ROLE = text(
    """
    INSERT INTO role (id, person_id, role, starts_on, proof)
    VALUES (gen_random_uuid(), :person_id, :role, :starts_on, :proof)
    ON CONFLICT DO NOTHING
    """
)


async def database_now(session: AsyncSession) -> datetime:
    """The moment this transaction began, for reactions, which are given no clock."""
    moment: datetime | None = await session.scalar(_NOW)
    if moment is None:
        raise RuntimeError("SELECT now() gave nothing")
    return moment


async def add_line(
    session: AsyncSession,
    *,
    event_id: UUID,
    person_id: UUID,
    happened_at: datetime,
    kind: str,
    facts: Mapping[str, Any],
) -> None:
    """One line in a person's story; a second time, nothing."""
    await session.execute(
        _LINE,
        {
            "event_id": event_id,
            "person_id": person_id,
            "happened_at": happened_at,
            "kind": kind,
            "facts": json.dumps(facts, default=str),
        },
    )


async def add_lines(
    session: AsyncSession,
    *,
    event_ids: Sequence[UUID],
    person_ids: Sequence[UUID],
    happened_at: datetime,
    kind: str,
    facts: Mapping[str, Any],
) -> None:
    """The same line for many persons, in one statement; both lists go together."""
    await session.execute(
        _LINES,
        {
            "event_ids": list(event_ids),
            "person_ids": list(person_ids),
            "happened_at": happened_at,
            "kind": kind,
            "facts": json.dumps(facts, default=str),
        },
    )


async def add_envelope(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Keep who caused what."""
    await session.execute(_ENVELOPE, values)


async def keep_event(session: AsyncSession, public: Mapping[str, Any]) -> None:
    """Keep what is public of an evening, as last said."""
    await session.execute(_EVENT, public)


async def cancel_event(session: AsyncSession, event_id: UUID) -> None:
    """The evening will not take place."""
    await session.execute(_EVENT_CANCELLED, {"event_id": event_id})


async def keep_registration(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Keep who has, waits for, or gave back a seat."""
    await session.execute(_REGISTRATION, values)


async def keep_request(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Keep that somebody looks for a home."""
    await session.execute(_REQUEST, values)


async def request_placed(session: AsyncSession, request_id: UUID) -> None:
    """The request found its home."""
    await session.execute(_REQUEST_PLACED, {"request_id": request_id})


async def open_role(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """This person holds this role from this day on, unless they already do."""
    await session.execute(_ROLE, values)
