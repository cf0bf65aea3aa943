"""Everything that the checker compares: databases, streams, ledger of the mail server."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deploy.local.faults.services import readers_of
from deploy.local.faults.streams import Stored, stored
from deploy.local.faults.world import World
from deploy.local.services import SERVICES
from shared.messaging.bus import stream_of


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a journal."""

    event_id: str
    subject: str
    aggregate: str
    aggregate_id: str
    version: int
    parked: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, as notifications keeps it."""

    header_id: str | None
    cause_id: str
    cause_type: str
    state: str
    doubted: bool
    """Its fate was once unknown: sending it again is the policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """One moment of the whole platform, once everything has settled."""

    journals: Mapping[str, Sequence[Row]]
    streams: Mapping[str, Sequence[Stored]]
    positions: Mapping[tuple[str, str], Mapping[str, int]]
    """(service, reader) → aggregate → version reached."""
    seats: Sequence[Mapping[str, Any]]
    registrations: Mapping[str, tuple[str, str, str]]
    """Registration → event, e-mail key, status."""
    known: Mapping[str, Mapping[str, str]]
    """Service → registration → state, as it was heard there."""
    letters: Sequence[Letter]
    taken: Mapping[str, int]
    """Message-ID → how often the mail server took it."""
    envelopes: Mapping[str, float]
    """Event → when prospection settled it, seconds."""
    cards_behind: int
    dead: frozenset[tuple[str, str, str]]
    """Dead letters that were not replayed: service, reader, event."""


_JOURNAL = """
    SELECT event_id::text, subject, aggregate, aggregate_id::text, version, parked_at IS NOT NULL
    FROM journal ORDER BY id
"""
_LETTERS = """
    SELECT header_id, cause_id::text, cause_type, state, EXISTS (SELECT 1 FROM message_step s
        WHERE s.message_id = m.id AND s.state = 'unknown') FROM message m
"""
_ENVELOPES = "SELECT event_id::text AS id, extract(epoch FROM recorded_at) AS at FROM envelope"


_MODELS = (
    ("prospection", "known_registration", "registration_id, event_id, person_id, state"),
    ("prospection", "timeline_line", "event_id, person_id, kind, happened_at"),
    ("prospection", "envelope", "event_id, type, causation_id, recorded_at"),
    ("prospection", "person", "id, canonical_id, last_key, email_key"),
    ("notifications", "known_registration", "registration_id, event_id, state, link_epoch"),
    ("notifications", "message", "id, cause_id, template, state, attempts"),
)


async def read_truth(world: World) -> Truth:
    """Read everything."""
    seats, registrations, marks = await _events(world)
    letters, directory = await _notifications(world)
    async with world.sql("prospection") as connection:
        envelopes = {row["id"]: float(row["at"]) for row in await connection.fetch(_ENVELOPES)}
    return Truth(
        journals={service: await _journal(world, service) for service in SERVICES},
        streams={service: await stored(world, stream_of(service)) for service in SERVICES},
        positions=await _positions(world),
        seats=seats,
        registrations=registrations,
        known={name: await _known(world, name) for name in ("prospection", "notifications")},
        letters=letters,
        taken=Counter(world.sink.taken),
        envelopes=envelopes,
        cards_behind=sum(directory.get(person, 0) < mark for person, mark in marks.items()),
        dead=await _dead(world),
    )


async def fingerprint(world: World) -> dict[str, str]:
    """A hash of every read model, and of the letters: equal when nothing changed."""
    found = {}
    for service, table, columns in _MODELS:
        async with world.sql(service) as connection:
            query = f"SELECT concat_ws('|', {columns}) FROM {table} ORDER BY 1"  # noqa: S608 - ours
            lines = "\n".join(row[0] for row in await connection.fetch(query))
            found[f"{service}.{table}"] = hashlib.sha256(lines.encode()).hexdigest()
    return found


async def _journal(world: World, service: str) -> list[Row]:
    async with world.sql(service) as connection:
        return [Row(*row) for row in await connection.fetch(_JOURNAL)]


async def _positions(world: World) -> dict[tuple[str, str], dict[str, int]]:
    found: dict[tuple[str, str], dict[str, int]] = {}
    for service in SERVICES:
        async with world.sql(service) as connection:
            rows = await connection.fetch(
                "SELECT reader, aggregate_id::text, version FROM position"
            )
        for name, _, _ in readers_of(service):
            found[service, name] = {row[1]: row[2] for row in rows if row[0] == name}
    return found


async def _events(world: World) -> tuple[Any, dict[str, tuple[str, str, str]], dict[str, int]]:
    async with world.sql("events") as connection:
        seats = await connection.fetch(
            "SELECT event_id::text, capacity, confirmed, waitlisted FROM event_seats"
        )
        rows = await connection.fetch(
            "SELECT id::text, event_id::text, email_key, status FROM registration"
        )
        marks = await connection.fetch("SELECT person_id::text, version FROM card_mark")
    registrations = {row[0]: (row[1], row[2], row[3]) for row in rows}
    return seats, registrations, {row[0]: row[1] for row in marks}


async def _notifications(world: World) -> tuple[list[Letter], dict[str, int]]:
    async with world.sql("notifications") as connection:
        letters = [Letter(*row) for row in await connection.fetch(_LETTERS)]
        rows = await connection.fetch(
            "SELECT person_id::text, version FROM directory WHERE speaker = 'events'"
        )
    return letters, {row[0]: row[1] for row in rows}


async def _known(world: World, service: str) -> dict[str, str]:
    async with world.sql(service) as connection:
        rows = await connection.fetch("SELECT registration_id::text, state FROM known_registration")
    return {row[0]: row[1] for row in rows}


async def _dead(world: World) -> frozenset[tuple[str, str, str]]:
    found: set[tuple[str, str, str]] = set()
    for service in SERVICES:
        async with world.sql(service) as connection:
            rows = await connection.fetch(
                "SELECT reader, event_id::text FROM dead_letter WHERE state <> 'replayed'"
            )
        found |= {(service, row[0], row[1]) for row in rows}
    return frozenset(found)
