"""Servers of the measure's own, and a speaker and a listener with empty databases."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg

from deploy.local.nats import start_nats
from deploy.local.postgres import start_postgres
from deploy.local.state import State
from shared.contracts.events.v1 import EventCancelled
from shared.messaging import outbox
from shared.messaging.deploy import ensure_streams
from shared.messaging.schema import V1

SPEAKER, LISTENER = "events", "notifications"


@dataclass(frozen=True, kw_only=True)
class World:
    """Where everything is."""

    said: str
    heard: str
    nats: str


@asynccontextmanager
async def folder() -> AsyncIterator[Path]:
    """Give a data folder that the servers can reach, removed afterwards."""
    path = Path(tempfile.mkdtemp(prefix="ancrage-mesure-"))
    path.chmod(0o711)  # noqa: ASYNC240 - an instant
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@asynccontextmanager
async def open_world() -> AsyncIterator[World]:
    """Start the servers, with the settings of a laptop."""
    async with folder() as path:
        state = State.open(path)
        postgres = await start_postgres(state)
        nats = await start_nats(state, {})
        try:
            administrator = await asyncpg.connect(postgres.url("postgres"))
            for name in ("dit", "entendu"):
                await administrator.execute(f"CREATE DATABASE {name}")
                connection = await asyncpg.connect(postgres.url(name))
                await connection.execute(V1)
                await connection.execute(
                    "CREATE TABLE heard (event_id uuid PRIMARY KEY, aggregate_id uuid, number int)"
                )
                await connection.close()
            await administrator.close()
            await ensure_streams(nats.url(), [SPEAKER])
            yield World(said=postgres.url("dit"), heard=postgres.url("entendu"), nats=nats.url())
        finally:
            await nats.stop()
            await postgres.stop()


def event(aggregate: UUID, number: int = 1) -> EventCancelled:
    """An event of ordinary size; the messaging knows none in particular."""
    return EventCancelled(event_id=aggregate, sequence=number, occurred_at=datetime.now(UTC))


_WRITE = """
    WITH s AS (
        INSERT INTO aggregate_sequence AS a (aggregate, aggregate_id, version)
        SELECT aggregate, aggregate_id, 1
        FROM unnest($1::text[], $2::uuid[]) g (aggregate, aggregate_id)
        ON CONFLICT (aggregate, aggregate_id) DO UPDATE SET version = a.version + 1
        RETURNING aggregate_id, version)
    INSERT INTO journal (event_id, subject, aggregate, aggregate_id, version, headers, payload)
    SELECT g.event_id, g.subject, g.aggregate, g.aggregate_id, s.version, g.headers, g.payload
    FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::jsonb[], $6::text[])
        AS g (aggregate, aggregate_id, event_id, subject, headers, payload)
    JOIN s USING (aggregate_id)
"""


async def write(connection: asyncpg.Connection, *events: EventCancelled) -> None:
    """Commit journal rows, at most one per aggregate, as a hot path of a service does."""
    import json

    rows = [outbox.journal_row(one) for one in events]
    await connection.execute(
        _WRITE,
        [row["aggregate"] for row in rows],
        [row["aggregate_id"] for row in rows],
        [row["event_id"] for row in rows],
        [row["subject"] for row in rows],
        [json.dumps(row["headers"]) for row in rows],
        [row["payload"] for row in rows],
    )
