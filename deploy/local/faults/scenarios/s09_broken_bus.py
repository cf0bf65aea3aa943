"""S9: durables and streams are deleted, emptied or altered, rights are taken away."""

import asyncio
import json
import os
import signal
from typing import Any

import psutil

from deploy.local.faults.drain import consumers_behind, drained
from deploy.local.faults.history import Attempt
from deploy.local.faults.load import Clients, Mix, load
from deploy.local.faults.scenarios.s01_killed_services import told
from deploy.local.faults.streams import ask, consumers_of, delete_consumer
from deploy.local.faults.watching import alarm, cpu_share, seen
from deploy.local.faults.world import NotRecovered, Outcome, World

STREAM, DURABLE = "EVENTS", "prospection--events-registration"
HEAL_SECONDS = 15.0
BUSY_PERCENT = 20.0


async def play(world: World) -> Outcome:
    """Each breach in turn, healed, and nothing lost at the end."""
    outcome = Outcome()
    clients = Clients(world, width=4, pause=0.2)
    evening = await clients.evening(5_000)
    count = world.many(200, least=20)
    async with load(clients, [evening], 100_000) as running:
        outcome.recoveries.append(await _consumer_deleted(world))
        outcome.recoveries.append(await _consumer_altered(world))
    outcome.counts = told(world, running.attempts)
    await _stream_emptied(world, clients, evening, count)
    await _stream_deleted(world, clients, evening, outcome)
    await _rights_revoked(world, clients, evening, outcome)
    await clients.close()
    slowest = max(outcome.recoveries)
    outcome.require(slowest <= HEAL_SECONDS, f"remise en état en {slowest:.0f} s")
    return outcome


async def _consumer_deleted(world: World) -> float:
    await delete_consumer(world, STREAM, DURABLE)
    return await _consumer_back(world)


async def _consumer_back(world: World) -> float:
    async def back() -> bool:
        return DURABLE in await consumers_of(world, STREAM)

    return (await seen(back, "la file de lecture", 2 * HEAL_SECONDS))[1]


async def _consumer_altered(world: World) -> float:
    """Another durable takes its name, that gives nothing of the past; the agency deletes it."""

    async def caught_up() -> bool:
        return (await consumers_behind(world)).get(DURABLE) == 0

    await seen(caught_up, "la lecture à jour", 60)
    process = world.service_process("prospection")
    if process is None:
        raise NotRecovered("prospection ne tourne pas")
    process.suspend()
    try:
        await delete_consumer(world, STREAM, DURABLE)
        async with world.bus() as client:
            wrong = {"durable_name": DURABLE, "deliver_policy": "new", "ack_policy": "explicit"}
            content = {"stream_name": STREAM, "config": wrong}
            await ask(client, f"CONSUMER.CREATE.{STREAM}.{DURABLE}", content)
    finally:
        process.resume()
    await alarm(world, "prospection", "consumer-")
    await delete_consumer(world, STREAM, DURABLE)
    return await _consumer_back(world)


async def _stream_emptied(world: World, clients: Clients, evening: str, count: int) -> None:
    """Events vanish before they were heard; later ones about the same people show the gap."""
    quiet = clients.mix
    clients.mix, clients.stopping = Mix(repeat=0, knock=0, cancel=0), False
    attempts = await _vanished(world, clients, evening, count)
    clients.mix = quiet
    for one in attempts:
        await clients.register(one.event_id, email=one.email)


async def _vanished(world: World, clients: Clients, evening: str, count: int) -> list[Attempt]:
    """People register, and prospection dies with what the bus had given it; the rest is purged."""
    await drained(world)
    process = world.service_process("prospection")
    if process is None:
        raise NotRecovered("prospection ne tourne pas")
    process.suspend()
    try:
        attempts = await clients.many([evening], count)
        async with world.bus() as client:
            await ask(client, f"STREAM.PURGE.{STREAM}")
    finally:
        process.kill()
    await asyncio.to_thread(psutil.wait_procs, [process], 10)
    await world.until_ready("prospection")
    return attempts


async def _stream_deleted(world: World, clients: Clients, evening: str, outcome: Outcome) -> None:
    """The deployment makes the stream again, and the journal fills it."""
    await drained(world)
    async with world.bus() as client:
        await ask(client, f"STREAM.DELETE.{STREAM}")
    await clients.register(evening)
    outcome.counts["alarm_stream_seconds"] = round(await alarm(world, "events", "stream"), 1)
    busy = max(await cpu_share(world, "events", 3), await cpu_share(world, "prospection", 3))
    outcome.counts["busy_without_stream_percent"] = round(busy)
    outcome.require(busy < BUSY_PERCENT, f"{busy:.0f} % d’un cœur sans le flux")
    code, words = await world.ancrage("replay", "events", "--republish")
    outcome.require(code == 0, f"la nouvelle publication a échoué : {words}")
    outcome.recoveries.append(await _consumer_back(world))


async def _rights_revoked(world: World, clients: Clients, evening: str, outcome: Outcome) -> None:
    """The user of events may no longer say anything, then may again."""
    given = await _allow(world, "events", [])
    await clients.register(evening)
    outcome.counts["alarm_rights_seconds"] = round(await alarm(world, "events", "nats-rights"), 1)
    ready = (await world.health("events")).get("pret")
    outcome.require(ready is False, "events se dit prêt sans droit de publier")
    busy = await cpu_share(world, "events", 3)
    outcome.counts["busy_without_rights_percent"] = round(busy)
    outcome.require(busy < BUSY_PERCENT, f"{busy:.0f} % d’un cœur sans droits")
    await _allow(world, "events", given)
    outcome.recoveries.append(await world.until_ready("events"))


async def _allow(world: World, name: str, publish: list[str]) -> list[str]:
    """Change what a user of the bus may say; returns what it could."""
    path = world.server_folder / "nats" / "nats.conf"
    content: dict[str, Any] = json.loads(path.read_text())
    user = next(one for one in content["authorization"]["users"] if one["user"] == name)
    before: list[str] = user["permissions"]["publish"].get("allow", [])
    user["permissions"]["publish"] = {"allow": publish} if publish else {"deny": [">"]}
    path.write_text(json.dumps(content))
    os.kill(world.server_pid("nats"), signal.SIGHUP)
    return before


async def unprotect(world: World) -> Outcome:
    """The stream is emptied and nothing later shows it: only the checker can tell."""
    clients = Clients(world, width=4, mix=Mix(repeat=0, knock=0, cancel=0))
    evening = await clients.evening(100)
    await _vanished(world, clients, evening, 10)
    await clients.close()
    return Outcome()
