"""S5: PostgreSQL stops at once, then its sessions are cut five times a second."""

import asyncio
import os
import signal
import time

from deploy.local.faults.load import Clients, load
from deploy.local.faults.scenarios.s01_killed_services import told
from deploy.local.faults.watching import seen
from deploy.local.faults.world import Outcome, World
from deploy.local.services import SERVICES

POOL_LIMIT_SECONDS = 3.0
CUTTING_SECONDS = 10.0
_CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE usename = ANY($1::text[]) AND pid <> pg_backend_pid() ORDER BY random() LIMIT 3
"""


async def play(world: World) -> Outcome:
    """Immediate stops, then cuts, all under load."""
    outcome = Outcome()
    clients = Clients(world, width=8, pause=0.4)
    evenings = [await clients.evening(5_000) for _ in range(4)]
    stops = world.many(5, least=2)
    async with load(clients, evenings, 100_000) as running:
        for _ in range(stops):
            await asyncio.sleep(1)
            outcome.recoveries.append(await _stop_at_once(world))
        cuts = await _cut_sessions(world, CUTTING_SECONDS * min(1.0, 2 * world.scale))
    await clients.close()
    slowest = max(outcome.recoveries)
    outcome.require(slowest <= POOL_LIMIT_SECONDS, f"bassins revenus en {slowest:.1f} s")
    outcome.counts = {"stops": stops, "cuts": cuts} | told(world, running.attempts)
    return outcome


async def _stop_at_once(world: World) -> float:
    """Kill the server as a power cut would; returns the seconds from its return to a 201."""
    killed = world.server_pid("postgresql")
    os.kill(killed, signal.SIGQUIT)

    async def back() -> bool:
        if world.server_pid("postgresql") == killed:
            return False
        async with world.sql("events"):
            return True

    await seen(back, "PostgreSQL", 30)
    promised = len(world.history.promised())

    async def accepted() -> bool:
        return len(world.history.promised()) > promised

    return (await seen(accepted, "une inscription", 30))[1]


async def _cut_sessions(world: World, seconds: float) -> int:
    end, cuts = time.monotonic() + seconds, 0
    async with world.sql("postgres") as connection:
        while time.monotonic() < end:
            cuts += len(await connection.fetch(_CUT, list(SERVICES)))
            await asyncio.sleep(0.2)
    return cuts


async def unprotect(world: World) -> Outcome:
    """A database that acknowledges before it writes, and stops at once."""
    async with world.sql("postgres") as connection:
        for service in ("events", "notifications", "prospection"):
            await connection.execute(f"ALTER DATABASE {service} SET synchronous_commit = off")
        await connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        await connection.execute("SELECT pg_reload_conf()")
    for service in ("events", "notifications", "prospection"):
        await world.restart_service(service)
    clients = Clients(world, width=8)
    evening = await clients.evening(500)
    for _ in range(3):
        await clients.many([evening], 40)
        await _stop_at_once_alone(world)
    await clients.close()
    return Outcome()


async def _stop_at_once_alone(world: World) -> None:
    killed = world.server_pid("postgresql")
    os.kill(killed, signal.SIGQUIT)

    async def back() -> bool:
        return world.server_pid("postgresql") != killed

    await seen(back, "PostgreSQL", 30)
