"""S16: the bus is away while people register, a model is rebuilt, the bus has no room left."""

import asyncio
import os
import signal
import time

from deploy.local.faults.drain import drained
from deploy.local.faults.figures import milliseconds, percentile
from deploy.local.faults.history import Attempt
from deploy.local.faults.load import Clients, Mix, load
from deploy.local.faults.scenarios.s01_killed_services import told
from deploy.local.faults.streams import ask, change_stream
from deploy.local.faults.watching import alarm, seen
from deploy.local.faults.world import Outcome, World

READER = "events-registration"
AWAY_SECONDS = 20.0
LEAST_PER_SECOND = 300
"""Journal rows that leave each second once the bus is back, with everything else running."""
_WAITING = "SELECT count(*) FROM journal WHERE stream_seq IS NULL"


async def play(world: World) -> Outcome:
    """Away, back, rebuilt, full, emptied."""
    outcome = Outcome()
    clients = Clients(world, width=16, mix=Mix(repeat=0.1, knock=0.05, cancel=0))
    evening = await clients.evening(5_000)
    attempts = await _away(world, clients, evening, outcome)
    outcome.counts |= told(world, attempts)
    slowest = percentile([one.slowest for one in attempts], 0.99)
    outcome.counts["p99_ms"] = milliseconds(slowest)
    outcome.require(all(one.outcome == "ok" for one in attempts), "une inscription a été refusée")
    outcome.require(slowest < 5, f"p99 de {slowest:.1f} s sans le bus")
    await _rebuild(world, evening, outcome)
    await _full(world, clients, evening, outcome)
    await clients.close()
    return outcome


async def _rebuild(world: World, evening: str, outcome: Outcome) -> None:
    """What prospection knows is rebuilt from the stream while people go on registering."""
    await drained(world)
    clients = Clients(world, width=4, pause=0.3)
    begun = time.monotonic()
    async with load(clients, [evening], 100_000):
        code, words = await world.ancrage("replay", "prospection", "--reader", READER)
    await clients.close()
    outcome.counts["rebuild_seconds"] = round(time.monotonic() - begun, 1)
    outcome.require(code == 0, f"le modèle refait diffère : {words}")


async def _away(world: World, clients: Clients, evening: str, outcome: Outcome) -> list[Attempt]:
    begun = time.monotonic()
    (world.hold / "nats").touch()
    os.kill(world.server_pid("nats"), signal.SIGKILL)
    attempts = await clients.many([evening], world.many(2_000, least=100))
    rest = AWAY_SECONDS * min(1.0, 2 * world.scale) - (time.monotonic() - begun)
    await asyncio.sleep(max(0.0, rest))
    outcome.counts["away_seconds"] = round(time.monotonic() - begun)
    async with world.sql("events") as connection:
        waiting = int(await connection.fetchval(_WAITING))
        (world.hold / "nats").unlink()

        async def begins() -> bool:
            return int(await connection.fetchval(_WAITING)) < waiting

        outcome.recoveries.append((await seen(begins, "le bus", 30, 0.02))[1])
        left = int(await connection.fetchval(_WAITING))

        async def gone() -> bool:
            return int(await connection.fetchval(_WAITING)) == 0

        seconds = (await seen(gone, "la publication du retard", 60, 0.02))[1]
    outcome.counts["backlog"] = waiting
    if left > LEAST_PER_SECOND:
        speed = left / max(seconds, 0.02)
        outcome.counts["rows_per_second"] = round(speed)
        outcome.require(speed >= LEAST_PER_SECOND, f"{speed:.0f} lignes par seconde")
    return attempts


async def _full(world: World, clients: Clients, evening: str, outcome: Outcome) -> None:
    """The stream takes nothing more: rows stay, people are told, and all leaves afterwards."""
    async with world.bus() as client:
        used = (await ask(client, "STREAM.INFO.EVENTS"))["state"]["bytes"]
    before = await change_stream(world, "EVENTS", max_bytes=used + 1)
    count = world.many(50, least=10)
    attempts = await clients.many([evening], count)
    outcome.require(all(one.outcome == "ok" for one in attempts), "refus quand le flux est plein")
    outcome.counts["alarm_full_seconds"] = round(await alarm(world, "events", "relay"), 1)
    async with world.sql("events") as connection:
        kept = int(await connection.fetchval(_WAITING))
        parked = int(await connection.fetchval("SELECT count(parked_at) FROM journal"))
    outcome.require(kept >= count, f"{kept} lignes gardées sur {count}")
    outcome.require(parked == 0, f"{parked} lignes écartées parce que le flux est plein")
    await change_stream(world, "EVENTS", **before)


async def unprotect(world: World) -> Outcome:
    """A bus that makes room by forgetting the oldest, before they were heard."""
    clients = Clients(world, width=4, mix=Mix(repeat=0, knock=0, cancel=0))
    evening = await clients.evening(100)
    await clients.many([evening], 10)
    async with world.bus() as client:
        used = (await ask(client, "STREAM.INFO.EVENTS"))["state"]["bytes"]
    await change_stream(world, "EVENTS", max_bytes=used + 1, discard="old")
    await clients.many([evening], 10)
    await clients.close()
    return Outcome()
