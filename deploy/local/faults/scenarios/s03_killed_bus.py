"""S3: the bus is killed again and again while the relays publish."""

import os
import signal

from deploy.local.faults.figures import percentile
from deploy.local.faults.load import Clients, load
from deploy.local.faults.scenarios.s01_killed_services import told
from deploy.local.faults.streams import stored
from deploy.local.faults.watching import newest_published, publishes_again
from deploy.local.faults.world import Outcome, World

SLOWEST_P95_SECONDS = 8.0


async def play(world: World) -> Outcome:
    """Kill the bus, wait until a newer event left, kill it again."""
    outcome = Outcome()
    clients = Clients(world, width=6, pause=0.3)
    evenings = [await clients.evening(5_000) for _ in range(4)]
    before = await _repeated(world)
    kills = world.many(15, least=4)
    async with load(clients, evenings, 100_000) as running:
        for _ in range(kills):
            async with world.sql("events") as connection:
                newest = await newest_published(connection)
            os.kill(world.server_pid("nats"), signal.SIGKILL)
            outcome.recoveries.append(await publishes_again(world, "events", newest))
    await clients.close()
    outcome.counts = {"kills": kills} | told(world, running.attempts)
    repeated = await _repeated(world) - before
    outcome.counts["stored_twice"] = repeated
    outcome.require(repeated == 0, f"{repeated} messages gardés deux fois dans la fenêtre")
    slowest = percentile(outcome.recoveries, 0.95)
    outcome.require(slowest <= SLOWEST_P95_SECONDS, f"reprise en {slowest:.1f} s")
    return outcome


async def _repeated(world: World) -> int:
    messages = await stored(world, "EVENTS")
    return len(messages) - len({message.event_id for message in messages})


async def unprotect(world: World) -> Outcome:
    """Rows marked as published before the bus has them: what a relay must never do."""
    clients = Clients(world, width=4)
    evening = await clients.evening(100)
    (world.hold / "nats").touch()
    os.kill(world.server_pid("nats"), signal.SIGKILL)
    await clients.many([evening], 10)
    async with world.sql("events") as connection:
        await connection.execute("UPDATE journal SET stream_seq = 1 WHERE stream_seq IS NULL")
    (world.hold / "nats").unlink()
    await clients.close()
    return Outcome()
