"""Streams, made by the deployment's own user: services may not."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import asyncpg
import nats
from nats.aio.client import Client

from shared.messaging.bus import card_stream_of, stream_of
from shared.messaging.rebuild import Place
from shared.messaging.relay import lock_key, session_name
from shared.persistence.sessions import raw_url

DEDUPE_WINDOW_SECONDS = 600


def stream_configurations(speaker: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two streams of a speaker: what it says, kept for ever, and its person cards."""
    common: dict[str, Any] = {
        "retention": "limits",
        "storage": "file",
        "discard": "new",
        "num_replicas": 1,
        "max_consumers": -1,
        "max_msgs": -1,
        "max_bytes": -1,
        "max_age": 0,
        "duplicate_window": DEDUPE_WINDOW_SECONDS * 1_000_000_000,
        "allow_atomic": True,
        "allow_direct": False,
    }
    events = {**common, "name": stream_of(speaker), "subjects": [f"{speaker}.>"]}
    cards = {
        **common,
        "name": card_stream_of(speaker),
        "subjects": [f"cards.{speaker}.>"],
        "max_msgs_per_subject": 1,
        "discard": "old",
    }
    return events, cards


async def ensure_streams(url: str, speakers: Iterable[str]) -> list[str]:
    """Create the streams that are missing; returns their names. Raises OSError when refused."""
    client = await nats.connect(url, connect_timeout=5, max_reconnect_attempts=5)
    made: list[str] = []
    try:
        names = await _stream_names(client)
        for speaker in speakers:
            for configuration in stream_configurations(speaker):
                name = configuration["name"]
                if name in names:
                    continue
                await _ask(client, f"STREAM.CREATE.{name}", configuration)
                made.append(name)
    finally:
        await client.close()
    return made


async def _stream_names(client: Client) -> set[str]:
    return set((await _ask(client, "STREAM.NAMES", {})).get("streams") or ())


async def _ask(client: Client, operation: str, content: dict[str, Any]) -> dict[str, Any]:
    said = json.dumps(content).encode() if content else b""
    answer = await client.request(f"$JS.API.{operation}", said, timeout=10)
    found: dict[str, Any] = json.loads(answer.data)
    if "error" in found:
        raise OSError(f"{operation}: nats error {found['error'].get('err_code')}")
    return found


async def republish(place: Place) -> int:
    """Delete and make again the streams of a service, then have its relay publish all anew.

    Returns how many journal rows will leave, in order. The durables of the readers go with the
    stream; readers make them again and know what they have heard. Nothing may be published
    meanwhile: the lock of the relays is taken from whoever holds it. (Into a surviving stream the
    dedupe window would silently swallow what was published in the last minutes.)
    """
    database = await asyncpg.connect(raw_url(place.database_url))
    client = await nats.connect(place.nats_url, connect_timeout=5, max_reconnect_attempts=5)
    try:
        await _take_place_of_relays(database, place)
        names = await _stream_names(client)
        for configuration in stream_configurations(place.service):
            name = configuration["name"]
            if name in names:
                await _ask(client, f"STREAM.DELETE.{name}", {})
            await _ask(client, f"STREAM.CREATE.{name}", configuration)
        return await forget_publication(database)
    finally:
        await client.close()
        await database.close()


async def forget_publication(database: asyncpg.Connection) -> int:
    """Owe every journal row and every card to the stream again; returns the number of rows.

    For a stream that was just made: nothing else may have been published into it.
    """
    async with database.transaction():
        status = await database.execute(
            "UPDATE journal SET stream_seq = NULL, attempts = 0, parked_at = NULL"
        )
        await database.execute("UPDATE card_mark SET sent_version = 0")
    return int(status.rpartition(" ")[2])


async def _take_place_of_relays(database: asyncpg.Connection, place: Place) -> None:
    """Hold the advisory lock, and let no relay session survive that might still mark a row."""
    cutter = await asyncpg.connect(raw_url(place.database_url))
    waiting = asyncio.create_task(
        database.execute("SELECT pg_advisory_lock($1::bigint)", lock_key(place.service))
    )
    try:
        # Queued first, so that the lock comes to us when its holder goes.
        while not await cutter.fetchval(  # noqa: ASYNC110 - PostgreSQL tells nobody
            "SELECT count(*) FROM pg_locks WHERE pid = $1 AND locktype = 'advisory'",
            database.get_server_pid(),
        ):
            await asyncio.sleep(0.01)
        old = await cutter.fetch(
            "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = $1 AND datname = current_database()",
            session_name(place.service),
        )
        await waiting
        while await cutter.fetchval(  # noqa: ASYNC110 - PostgreSQL tells nobody
            "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY($1::int[])",
            [row["pid"] for row in old],
        ):
            await asyncio.sleep(0.01)
    finally:
        await cutter.close()
