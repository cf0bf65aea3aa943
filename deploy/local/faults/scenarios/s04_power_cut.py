"""S4: the power of the bus is cut while the relay publishes; the journal then fills the stream."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from deploy.local.faults.power_cut import BareBus, Disk, bare_bus, cut, mounted, require_root
from deploy.local.faults.streams import ask, read_all
from deploy.local.faults.watching import seen
from deploy.local.faults.world import Outcome, World
from shared.messaging.alarms import Alarms
from shared.messaging.bus import Bus
from shared.messaging.deploy import ensure_streams
from shared.messaging.relay import Relay
from shared.persistence.migrations import upgrade

DATABASE = "faults_power"
CUT_AFTER_SECONDS = 4.0
_FILL = """
    INSERT INTO journal (event_id, subject, aggregate, aggregate_id, version, headers, payload)
    SELECT id, 'events.registration.confirmed.v1', 'registration', id, 1,
        jsonb_build_object('ce-id', id, 'ce-subject', id), repeat('x', 400)
    FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 25)) AS made
"""
_ACKNOWLEDGED = "SELECT event_id::text FROM journal WHERE stream_seq IS NOT NULL"


async def play(world: World) -> Outcome:
    """With every message on disk before its acknowledgement: nothing is lost."""
    return await _play(world, sync="always")


async def unprotect(world: World) -> Outcome:
    """With the bus's default (a sync every two minutes): acknowledged messages are gone."""
    return await _play(world, sync="2m")


async def _play(world: World, *, sync: str) -> Outcome:
    outcome = Outcome()
    require_root()
    folder = world.folder / "disques"
    await asyncio.to_thread(_empty, folder)
    async with _journal(world) as url, mounted(folder / "a.img", new=True) as disk:
        acknowledged = await _publish_and_cut(url, disk, folder / "b.img", sync)
        async with mounted(folder / "b.img", new=False) as copy:
            begun = time.monotonic()
            bus = await bare_bus(copy.mount, sync=sync)
            try:
                await _compare(outcome, url, bus, acknowledged)
                outcome.recoveries.append(time.monotonic() - begun)
            finally:
                bus.kill()
    return outcome


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


@asynccontextmanager
async def _journal(world: World) -> AsyncIterator[str]:
    """A journal of its own beside those of the platform."""
    async with world.sql("postgres") as connection:
        await connection.execute(f"CREATE DATABASE {DATABASE}")
    url = world.database_url(DATABASE)
    try:
        await upgrade("events", url)
        yield url
    finally:
        async with world.sql("postgres") as connection:
            await connection.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


async def _publish_and_cut(url: str, disk: Disk, copy: Path, sync: str) -> set[str]:
    """Fill the journal while the relay publishes, cut; returns what had been acknowledged."""
    bus = await bare_bus(disk.mount, sync=sync)
    await ensure_streams(bus.url, ["events"])
    connection = await asyncpg.connect(url)
    try:
        async with _relay(url, bus):
            end = time.monotonic() + CUT_AFTER_SECONDS
            while time.monotonic() < end:
                await connection.execute(_FILL)
                await asyncio.sleep(0.01)
            bus.freeze()
            acknowledged = {row[0] for row in await connection.fetch(_ACKNOWLEDGED)}
            await asyncio.to_thread(cut, disk, copy)
            bus.kill()
    finally:
        await connection.close()
    return acknowledged


@asynccontextmanager
async def _relay(url: str, bus: BareBus) -> AsyncIterator[Relay]:
    """The platform's own relay, on that journal and that bus."""
    alarms = Alarms()
    link = Bus("events", bus.url, alarms)
    await link.connect()
    relay = Relay(link, url, alarms, None)
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await link.client.close()


async def _compare(outcome: Outcome, url: str, bus: BareBus, acknowledged: set[str]) -> None:
    """What was acknowledged is there; the journal gives the rest back."""
    kept = await _held(bus)
    lost = len(acknowledged - kept)
    outcome.counts = {"acknowledged": len(acknowledged), "lost_by_the_cut": lost}
    outcome.require(bool(acknowledged), "rien n’avait été publié avant la coupure")
    outcome.require(lost == 0, f"{lost} messages perdus sur {len(acknowledged)} promis")
    await ensure_streams(bus.url, ["events"])
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("UPDATE journal SET stream_seq = NULL")
        async with _relay(url, bus):

            async def gone() -> bool:
                query = "SELECT NOT EXISTS (SELECT FROM journal WHERE stream_seq IS NULL)"
                return bool(await connection.fetchval(query))

            await seen(gone, "nouvelle publication", 60)
        said = {row[0] for row in await connection.fetch(_ACKNOWLEDGED)}
    finally:
        await connection.close()
    held = await _held(bus)
    outcome.counts["restored"] = len(held - kept)
    outcome.require(held == said, "le flux refait n’est pas égal au journal")


async def _held(bus: BareBus) -> set[str]:
    """The events that the stream holds; none when the stream itself is gone."""
    import nats

    client = await nats.connect(bus.url, connect_timeout=5)
    try:
        names = (await ask(client, "STREAM.NAMES")).get("streams") or ()
        if "EVENTS" not in names:
            return set()
        return {message.event_id for message in await read_all(client, "EVENTS")}
    finally:
        await client.close()
