"""S12: the same messages again, beyond what the bus remembers, then the whole stream twice."""

import asyncio

from deploy.local.faults.drain import drained
from deploy.local.faults.load import Clients
from deploy.local.faults.scenarios.s01_killed_services import UNPROTECT_LETTERS, told
from deploy.local.faults.streams import change_stream, consumers_of, delete_consumer, stored
from deploy.local.faults.truth import fingerprint
from deploy.local.faults.watching import seen
from deploy.local.faults.world import Outcome, World

STREAM = "EVENTS"
ONE_SECOND = 1_000_000_000


async def play(world: World) -> Outcome:
    """Publish everything again after the window, then have every reader start over, twice."""
    outcome = Outcome()
    clients = Clients(world, width=8)
    evening = await clients.evening(5_000)
    attempts = await clients.many([evening], world.many(400, least=40))
    await clients.close()
    await drained(world)
    before, letters = await fingerprint(world), sum(world.sink.taken.values())
    held = len(await stored(world, STREAM))
    window = await change_stream(world, STREAM, duplicate_window=ONE_SECOND)
    await asyncio.sleep(3)
    await publish_everything_again(world)
    await change_stream(world, STREAM, **window)
    again = len(await stored(world, STREAM)) - held
    for _ in range(2):
        outcome.recoveries.append(await start_over(world))
    await drained(world)
    changed = [name for name, value in (await fingerprint(world)).items() if value != before[name]]
    more = sum(world.sink.taken.values()) - letters
    outcome.counts = told(world, attempts) | {"published_again": again, "new_letters": more}
    outcome.require(again > 0, "rien n’a été publié une seconde fois")
    outcome.require(not changed, f"changé par des doublons : {', '.join(changed)}")
    outcome.require(more == 0, f"{more} lettres de plus")
    return outcome


async def publish_everything_again(world: World, service: str = "events") -> None:
    """Have the relay believe that nothing left, and wait until all did."""
    async with world.sql(service) as connection:
        await connection.execute("UPDATE journal SET stream_seq = NULL")

        async def gone() -> bool:
            query = "SELECT NOT EXISTS (SELECT FROM journal WHERE stream_seq IS NULL)"
            return bool(await connection.fetchval(query))

        await seen(gone, "nouvelle publication", 60)


async def start_over(world: World) -> float:
    """Delete every durable: its service makes it again, and hears everything from the start."""
    durables = set(await consumers_of(world, STREAM))
    for durable in durables:
        await delete_consumer(world, STREAM, durable)

    async def back() -> bool:
        return durables <= set(await consumers_of(world, STREAM))

    seconds = (await seen(back, "les files de lecture", 20))[1]
    await drained(world)
    return seconds


async def unprotect(world: World) -> Outcome:
    """Without positions and without the constraint on letters, everything has its effect again."""
    clients = Clients(world, width=4)
    evening = await clients.evening(100)
    await clients.many([evening], 10)
    await clients.close()
    await drained(world, 30)
    async with world.sql("notifications") as connection:
        await connection.execute(UNPROTECT_LETTERS)
        await connection.execute("DELETE FROM position WHERE reader LIKE 'events-%'")
    await start_over(world)
    return Outcome()
