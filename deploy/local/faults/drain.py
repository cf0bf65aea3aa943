"""Waiting until everything that is owed has left and was heard."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final

import httpx
from asyncpg.exceptions import InterfaceError, PostgresError

from deploy.local.faults.services import readers_of
from deploy.local.faults.world import World
from deploy.local.services import SERVICES

LIMIT_SECONDS: Final = 90.0
_LOOK_EVERY_SECONDS: Final = 0.25

_OWED = """
    SELECT count(*) FILTER (WHERE state IN ('awaiting_card', 'pending', 'deferred', 'sending')
        OR (state = 'unknown' AND next_at IS NOT NULL)) FROM message
"""
_TO_PUBLISH = """
    SELECT (SELECT count(*) FROM journal j WHERE stream_seq IS NULL
        AND NOT EXISTS (SELECT 1 FROM journal p WHERE p.aggregate_id = j.aggregate_id
            AND p.parked_at IS NOT NULL))
        + (SELECT count(*) FROM card_mark WHERE sent_version < version)
"""
_SAID = """
    SELECT aggregate, sum(last) FROM (
        SELECT aggregate, aggregate_id, max(version) AS last FROM journal
        GROUP BY aggregate, aggregate_id) AS each_one GROUP BY aggregate
"""
_REACHED = "SELECT reader, sum(version) FROM position GROUP BY reader"
# The mail server of the suite answers at once: ten seconds later nobody is sending any more. The
# lease would end by itself (two minutes); the clock is moved instead of waiting for it.
_END_LEASES = """
    UPDATE message SET lease_until = now()
    WHERE state = 'sending' AND lease_until < now() + interval '110 seconds'
"""
_NO_PATIENCE = """
    UPDATE message SET next_at = now()
    WHERE state IN ('deferred', 'unknown') AND next_at > now() + interval '6 seconds'
"""


async def drained(world: World, limit: float = LIMIT_SECONDS) -> tuple[float, dict[str, int]]:
    """Wait until nothing is left; returns the seconds it took and, beyond the limit, what is."""
    begun = time.monotonic()
    clean = 0
    left: dict[str, int] = {"?": 1}
    while time.monotonic() - begun < limit:
        try:
            left = await _left(world)
        except (OSError, PostgresError, InterfaceError, httpx.HTTPError):
            left = {"serveurs": 1}
        clean = clean + 1 if not left else 0
        if clean == 2:
            return time.monotonic() - begun - _LOOK_EVERY_SECONDS, {}
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
    return time.monotonic() - begun, left


async def _left(world: World) -> dict[str, int]:
    found = dict(await consumers_behind(world))
    async with world.sql("notifications") as connection:
        await connection.execute(_END_LEASES)
        await connection.execute(_NO_PATIENCE)
        found["messages"] = await connection.fetchval(_OWED)
    for service in SERVICES:
        async with world.sql(service) as connection:
            found[f"journal {service}"] = await connection.fetchval(_TO_PUBLISH)
    left = {name: number for name, number in found.items() if number}
    return left or await _unsettled(world)


async def _unsettled(world: World) -> dict[str, int]:
    """What was delivered and is not settled: by the positions, not by the acknowledgements.

    A lost acknowledgement only means a repetition later, that the position makes harmless.
    """
    journals: dict[str, int] = {}
    reached: dict[str, int] = {}
    for service in SERVICES:
        async with world.sql(service) as connection:
            for aggregate, versions in await connection.fetch(_SAID):
                journals[f"{service}-{aggregate}"] = int(versions)
            for reader, versions in await connection.fetch(_REACHED):
                reached[f"{service} {reader}"] = int(versions)
    left = {}
    for service in SERVICES:
        for name, _, _ in readers_of(service):
            missing = journals.get(name, 0) - reached.get(f"{service} {name}", 0)
            if missing > 0:
                left[f"réactions {service} {name}"] = missing
    return left


async def consumers_behind(world: World) -> Mapping[str, int]:
    """What each durable has not delivered yet, as the bus itself counts it."""
    async with httpx.AsyncClient(timeout=5) as client:
        answer = await client.get(f"{world.monitor_url}/jsz?consumers=true&streams=true")
    answer.raise_for_status()
    found: dict[str, int] = {}
    for account in answer.json().get("account_details") or ():
        for stream in account.get("stream_detail") or ():
            for consumer in stream.get("consumer_detail") or ():
                found[consumer["name"]] = _behind(consumer)
    return found


def _behind(consumer: Mapping[str, Any]) -> int:
    return int(consumer.get("num_pending", 0))
