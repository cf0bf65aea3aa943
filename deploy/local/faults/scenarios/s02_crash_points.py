"""S2: processes die at every named point of their work."""

import asyncio
import shutil
from pathlib import Path

from deploy.local.faults.crash_points import POINTS, arm, file_of, is_armed
from deploy.local.faults.drain import drained
from deploy.local.faults.load import Clients, load
from deploy.local.faults.scenarios.s01_killed_services import UNPROTECT_LETTERS, told
from deploy.local.faults.scenarios.s12_late_duplicates import start_over
from deploy.local.faults.watching import seen
from deploy.local.faults.world import NotRecovered, Outcome, World

SERVICES = ("events", "notifications", "prospection")
REACHED_SECONDS = 40.0


async def play(world: World) -> Outcome:
    """Reach every point, three times each in the whole tier, while people register."""
    outcome = Outcome()
    hits = world.many(3)
    await _arm(world)
    clients = Clients(world, width=4, pause=0.25)
    evenings = [await clients.evening(5_000) for _ in range(2)]
    async with load(clients, evenings, 100_000) as running:
        found = await asyncio.gather(
            *(_exhaust(world, name, hits, outcome) for name in SERVICES), return_exceptions=True
        )
    await clients.close()
    await _disarm(world)
    outcome.wrong += [str(error) for error in found if isinstance(error, BaseException)]
    wanted = sum(len(point.services) for point in POINTS) * hits
    reached = sum(number for number in found if isinstance(number, int))
    outcome.counts = {"points": wanted // hits, "crashes": reached}
    outcome.counts |= told(world, running.attempts)
    outcome.require(reached == wanted, f"{reached} arrêts sur {wanted}")
    return outcome


async def _exhaust(world: World, service: str, hits: int, outcome: Outcome) -> int:
    """Have one service die at each of its points."""
    reached = 0
    for point in [one.name for one in POINTS if service in one.services] * hits:
        armed = file_of(world.crash_points, service, point)
        arm(armed)
        try:
            await _reached(armed, f"{service} : {point}")
        except NotRecovered as error:
            armed.unlink(missing_ok=True)
            outcome.wrong.append(str(error))
            continue
        reached += 1
        outcome.recoveries.append(await _next_life(world, service))
    return reached


async def _reached(armed: Path, what: str) -> None:
    async def gone() -> bool:
        return not is_armed(armed)

    await seen(gone, what, REACHED_SECONDS, 0.05)


async def _next_life(world: World, service: str) -> float:
    await asyncio.sleep(0.2)  # the door may still hold the answer of the dead process
    return await world.until_ready(service, 40)


async def _arm(world: World) -> None:
    """From here on the processes have their crash points."""
    world.crash_points.mkdir()
    await asyncio.gather(*(world.restart_service(name) for name in SERVICES))


async def _disarm(world: World) -> None:
    shutil.rmtree(world.crash_points)
    await asyncio.gather(*(world.restart_service(name) for name in SERVICES))


async def unprotect(world: World) -> Outcome:
    """Dead between the commit and the acknowledgement, and the position is forgotten."""
    await _arm(world)
    async with world.sql("notifications") as connection:
        await connection.execute(UNPROTECT_LETTERS)
    clients = Clients(world, width=4)
    evening = await clients.evening(100)
    await clients.many([evening], 5)
    await drained(world, 30)
    armed = file_of(world.crash_points, "notifications", "reaction-validee-sans-accuse")
    arm(armed)
    await clients.many([evening], 10)
    await clients.close()
    await _reached(armed, "le point")
    async with world.sql("notifications") as connection:
        await connection.execute("DELETE FROM position WHERE reader LIKE 'events-%'")
    await _disarm(world)
    await start_over(world)
    return Outcome()
