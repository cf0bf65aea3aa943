"""S15: every service is asked to stop and comes back, one after the other, under load."""

import asyncio
import re
import signal
import time

import psutil

from deploy.local.faults.load import Clients, load
from deploy.local.faults.scenarios.s01_killed_services import told
from deploy.local.faults.streams import stored
from deploy.local.faults.world import Outcome, World
from deploy.local.services import SERVICES

GRACE_SECONDS = 20.0
_ENDED = re.compile(r"process (\w+) ended with (-?\d+)")


async def play(world: World) -> Outcome:
    """Rolling restarts; nobody sees more than « try again »."""
    outcome = Outcome()
    clients = Clients(world, width=8, pause=0.4)
    evenings = [await clients.evening(5_000) for _ in range(4)]
    cut, repeated, said = world.history.cut, await _repeated(world), _ends(world)
    rounds = world.many(3)
    exits = []
    async with load(clients, evenings, 100_000) as running:
        for _ in range(rounds):
            for service in SERVICES:
                exits.append(await _stop(world, service))
                outcome.recoveries.append(await world.until_ready(service))
    await clients.close()
    outcome.counts = {"restarts": len(exits), "slowest_exit_seconds": round(max(exits), 1)}
    outcome.counts |= told(world, running.attempts)
    codes = _ends(world)[len(said) :]
    outcome.require(max(exits) <= GRACE_SECONDS, f"arrêt en {max(exits):.0f} s")
    outcome.require(set(codes) == {0}, f"codes de fin {codes}")
    outcome.require(world.history.cut == cut, f"{world.history.cut - cut} demandes sans réponse")
    outcome.require(await _repeated(world) == repeated, "messages publiés deux fois")
    return outcome


async def _stop(world: World, service: str) -> float:
    process = world.service_process(service)
    if process is None:
        raise RuntimeError(f"{service} ne tourne pas")
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    await asyncio.to_thread(psutil.wait_procs, [process], 2 * GRACE_SECONDS)
    return time.monotonic() - begun


def _ends(world: World) -> list[int]:
    """The exit codes that the supervisor wrote down."""
    return [int(code) for _, code in _ENDED.findall((world.data / "journal.log").read_text())]


async def _repeated(world: World) -> int:
    messages = await stored(world, "EVENTS")
    return len(messages) - len({message.event_id for message in messages})


async def unprotect(world: World) -> Outcome:
    """No time to finish: killed in the place of a stop, the clients see it."""
    outcome = Outcome()
    clients = Clients(world, width=8)
    evening = await clients.evening(5_000)
    said = _ends(world)
    async with load(clients, [evening], 10_000):
        await asyncio.sleep(1)
        await world.restart_service("events", signal.SIGKILL)
    await clients.close()
    codes = _ends(world)[len(said) :]
    outcome.require(set(codes) == {0}, f"codes de fin {codes}")
    return outcome
