"""S11: the links to the database, the bus and the mail server are slow, choked, silent or cut."""

import time

import psutil

from deploy.local.faults.figures import milliseconds, percentile
from deploy.local.faults.links import BREACHES
from deploy.local.faults.load import Clients, load
from deploy.local.faults.scenarios.s01_killed_services import told
from deploy.local.faults.watching import newest_published, seen
from deploy.local.faults.world import NotRecovered, Outcome, World

FOUND_SECONDS = {"base": 30.0, "bus": 30.0, "courrier": 75.0}
"""A dead link to the database is found in 20 s, then its sleeping connections in 5; a mail server
that stops in the middle of a dialogue is waited for 60 s."""
LONGEST_SECONDS = 30.0
GROWTH_MB = 50.0
MEASURED = ("events", "prospection", "notifications")


async def play(world: World) -> Outcome:
    """Every breach on every link in turn, under load."""
    outcome = Outcome()
    clients = Clients(world, width=6, pause=1.5, deadline=LONGEST_SECONDS - 1)
    evening = await clients.evening(5_000)
    await clients.many([evening], 20)
    memory = _memory(world)
    async with load(clients, [evening], 100_000) as running:
        for name, link in world.links.items():
            for what, breach in BREACHES:
                await breach(link)
                try:
                    outcome.recoveries.append(await _works_again(world, name))
                except NotRecovered as error:
                    outcome.wrong.append(f"{name} {what} : {error}")
    await clients.close()
    growth = _memory(world) - memory
    slowest = max((one.slowest for one in running.attempts), default=0.0)
    outcome.counts = {"breaches": len(BREACHES) * len(world.links)}
    outcome.counts |= told(world, running.attempts)
    outcome.counts |= {
        "p99_ms": milliseconds(percentile([one.slowest for one in running.attempts], 0.99)),
        "slowest_seconds": round(slowest, 1),
        "growth_mb": round(growth, 1),
    }
    outcome.require(slowest <= LONGEST_SECONDS, f"une demande a duré {slowest:.0f} s")
    outcome.require(growth <= GROWTH_MB, f"la mémoire a grandi de {growth:.0f} Mo")
    return outcome


async def _works_again(world: World, name: str) -> float:
    """Seconds until what the link carries works: an answer, an event that left, a letter taken."""
    promised, letters = len(world.history.promised()), sum(world.sink.taken.values())
    async with world.sql("events") as connection:
        newest = await newest_published(connection)
    begun = time.monotonic()

    async def works() -> bool:
        if name == "courrier":
            return sum(world.sink.taken.values()) > letters
        if len(world.history.promised()) <= promised:
            return False
        async with world.sql("events") as connection:
            return await newest_published(connection) > newest

    await seen(works, f"le lien {name}", FOUND_SECONDS[name])
    return time.monotonic() - begun


def _memory(world: World) -> float:
    """The memory of the services, in megabytes."""
    total = 0
    for name in MEASURED:
        process = world.service_process(name)
        try:
            total += process.memory_info().rss if process else 0
        except psutil.Error:
            continue
    return total / 1e6


async def unprotect(world: World) -> Outcome:
    """The link eats letters: acknowledged at this end, never given to the other."""
    clients = Clients(world, width=4)
    evening = await clients.evening(100)
    attempts = await clients.many([evening], 10)
    await seen(lambda: _taken(world, len(attempts)), "les lettres", 30)
    await clients.close()
    world.sink.taken.popitem()
    return Outcome()


async def _taken(world: World, number: int) -> bool:
    return sum(world.sink.taken.values()) >= number
