"""S6: many clients, one seat; then many attempts for some seats, each sent twice."""

import asyncio
import time

from deploy.local.faults.figures import milliseconds, percentile
from deploy.local.faults.history import Attempt
from deploy.local.faults.load import Clients, Mix
from deploy.local.faults.world import Outcome, World

WIDTH = 64
SLOWEST_P99_SECONDS = 10.0


async def play(world: World) -> Outcome:
    """Races for one seat, then a crowd before a big evening."""
    outcome = Outcome()
    clients = Clients(world, width=WIDTH, mix=Mix(repeat=0, knock=0, cancel=0))
    begun = time.monotonic()
    attempts: list[Attempt] = []
    races = world.many(100, least=5)
    for _ in range(races):
        attempts += await _race(clients)
    seats, crowd = world.many(500, least=20), world.many(3_000, least=120)
    evening = await clients.evening(seats, waiting_list=False)
    people = await clients.many([evening], crowd)
    attempts += people
    seconds = time.monotonic() - begun
    again = [one for one in people if one.outcome == "ok"][: world.many(200, least=10)]
    await asyncio.gather(*(clients.repeat(one) for one in again))
    await clients.close()
    won = sum(one.outcome == "ok" for one in people)
    outcome.require(won == seats, f"{won} places données sur {seats}")
    slowest = percentile([one.slowest for one in attempts], 0.99)
    outcome.require(slowest <= SLOWEST_P99_SECONDS, f"p99 de {slowest:.1f} s")
    outcome.counts = {
        "races": races,
        "attempts": len(attempts),
        "seats": seats,
        "sent_twice": len(again),
        "attempts_per_second": round(len(attempts) / seconds),
        "p50_ms": milliseconds(percentile([one.slowest for one in attempts], 0.5)),
        "p99_ms": milliseconds(slowest),
    }
    return outcome


async def _race(clients: Clients) -> list[Attempt]:
    evening = await clients.evening(1, waiting_list=False)
    return list(await asyncio.gather(*(clients.register(evening) for _ in range(WIDTH))))


# The naive form: look, then write. Without the lock and without the constraint it oversells.
_NAIVE = """
ALTER TABLE event_seats DROP CONSTRAINT event_seats_never_oversold;
DO $do$
DECLARE body text;
BEGIN
    SELECT pg_get_functiondef('take_seat'::regproc) INTO body;
    body := replace(body, 'WHERE event_id = p_event FOR UPDATE;',
        'WHERE event_id = p_event; PERFORM pg_sleep(0.1);');
    body := replace(body, 'WHERE event_id = p_event AND confirmed < capacity;',
        'WHERE event_id = p_event;');
    EXECUTE body;
END $do$;
"""


async def unprotect(world: World) -> Outcome:
    """Take the lock of the seats away, then race."""
    async with world.sql("events") as connection:
        await connection.execute(_NAIVE)
    clients = Clients(world, width=WIDTH)
    for _ in range(3):
        await _race(clients)
    await clients.close()
    return Outcome()
