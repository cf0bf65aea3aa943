"""S1: every service is killed in turn, without warning, while people register."""

import asyncio
import signal

from deploy.local.faults.figures import milliseconds, percentile
from deploy.local.faults.history import Attempt
from deploy.local.faults.load import Clients, Mix, load
from deploy.local.faults.world import NotRecovered, Outcome, World
from deploy.local.services import SERVICES

EVENINGS = 20
SLOWEST_RETURN_SECONDS = 25.0


async def play(world: World) -> Outcome:
    """Kill one service after the other under load, then let the load end."""
    outcome = Outcome()
    clients = Clients(world, width=12)
    count, kills = world.many(3_000, least=100), world.many(40, least=5)
    evenings = [await clients.evening(_capacity(place, count)) for place in range(EVENINGS)]
    returns: list[asyncio.Task[float]] = []
    async with load(clients, evenings, count) as running:
        for number in range(kills):
            await asyncio.sleep(world.draw.uniform(0.5, 1.8))
            returns += await _kill(world, SERVICES[number % len(SERVICES)])
        await running.over.wait()
        back = await asyncio.gather(*returns, return_exceptions=True)
    await clients.close()
    attempts = running.attempts
    outcome.recoveries = [seconds for seconds in back if isinstance(seconds, float)]
    outcome.wrong += [str(error) for error in back if isinstance(error, NotRecovered)]
    outcome.counts = {"kills": len(returns)} | told(world, attempts)
    return outcome


def _capacity(place: int, count: int) -> int:
    """Some evenings are full before the end, others never."""
    share = count // EVENINGS
    return max(1, share // 2 if place % 2 else 2 * share)


async def _kill(world: World, service: str) -> list[asyncio.Task[float]]:
    process = world.service_process(service)
    if process is None:
        return []
    process.send_signal(signal.SIGKILL)
    return [asyncio.create_task(world.until_ready(service, SLOWEST_RETURN_SECONDS))]


def told(world: World, attempts: list[Attempt]) -> dict[str, float]:
    """What the clients saw."""
    times = [one.seconds for one in attempts]
    return {
        "attempts": len(attempts),
        "registrations": sum(one.outcome == "ok" for one in attempts),
        "unknown": sum(one.outcome == "unknown" for one in attempts),
        "busy": world.history.busy,
        "p50_ms": milliseconds(percentile(times, 0.5)),
        "p99_ms": milliseconds(percentile(times, 0.99)),
    }


# A letter is owed at most once because of this constraint and of the positions: both go.
UNPROTECT_LETTERS = """
ALTER TABLE message DROP CONSTRAINT message_owed_once;
ALTER TABLE message ADD CONSTRAINT message_owed_once UNIQUE (id);
"""


async def unprotect(world: World) -> Outcome:
    """A server that forgets what it acknowledged: rows of the seats vanish behind its back."""
    clients = Clients(world, width=4, mix=Mix(repeat=0, knock=0, cancel=0))
    evening = await clients.evening(100)
    attempts = await clients.many([evening], 10)
    await clients.close()
    async with world.sql("events") as connection:
        gone = attempts[0].registration_id
        await connection.execute("DELETE FROM registration WHERE id = $1::uuid", gone)
        await connection.execute(
            "DELETE FROM journal WHERE id = (SELECT max(id) FROM journal WHERE aggregate = $1)",
            "registration",
        )
    return Outcome()
