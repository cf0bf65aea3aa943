"""S10: reactions slower than the bus is patient, and two processes with the same message."""

import time
from typing import Any

from deploy.local.faults.drain import drained
from deploy.local.faults.load import Clients, Mix
from deploy.local.faults.replicas import replica
from deploy.local.faults.scenarios.s01_killed_services import told
from deploy.local.faults.streams import ask
from deploy.local.faults.watching import seen
from deploy.local.faults.world import Outcome, World

STREAM, DURABLE = "EVENTS", "prospection--events-registration"
IMPATIENT_SECONDS, SLOW_SECONDS = 2, 4
PATIENT_SECONDS, LONG_SECONDS = 16, 18
"""A statement may last 20 s; signs of life leave from the tenth second on."""
SECOND = 1_000_000_000
_SLOW = """
CREATE OR REPLACE FUNCTION faults_slow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.event_id = '{event}' THEN PERFORM pg_sleep({seconds}); END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER faults_slow BEFORE INSERT ON known_registration
    FOR EACH ROW EXECUTE FUNCTION faults_slow();
"""
_QUICK = "DROP TRIGGER faults_slow ON known_registration; DROP FUNCTION faults_slow()"


async def play(world: World) -> Outcome:
    """Twins and an impatient bus: every effect once. Then one long reaction: no redelivery."""
    outcome = Outcome()
    clients = Clients(world, width=8, mix=Mix(repeat=0, knock=0, cancel=0))
    slow, quick = await clients.evening(1_000), await clients.evening(1_000)
    async with replica(world, "prospection"):
        await _slow_down(world, slow, SLOW_SECONDS)
        usual = await _patience(world, IMPATIENT_SECONDS * SECOND)
        before = await _delivered(world)
        attempts = await clients.many([slow, quick, quick, quick], world.many(80, least=16))
        outcome.recoveries.append((await drained(world))[0])
        outcome.counts = told(world, attempts)
        more = await _delivered(world) - before - len(attempts)
        outcome.counts["redelivered_impatient"] = more
        outcome.require(more > 0, "le bus impatient n’a rien redonné : rien n’est éprouvé")
        await _patience(world, PATIENT_SECONDS * SECOND)
    await _slow_down(world, slow, LONG_SECONDS)
    before, begun = await _delivered(world), time.monotonic()
    last = await clients.register(slow)
    others = await clients.many([quick], 20)
    await seen(lambda: _known(world, last.registration_id), "la longue réaction", LONG_SECONDS + 20)
    outcome.counts["long_reaction_seconds"] = round(time.monotonic() - begun)
    again = await _delivered(world) - before - len(others) - 1
    outcome.counts["redelivered_long"] = again
    outcome.require(again == 0, f"{again} messages redonnés malgré les signes de vie")
    await clients.close()
    await _patience(world, usual)
    async with world.sql("prospection") as connection:
        await connection.execute(_QUICK)
    return outcome


async def _slow_down(world: World, event: str, seconds: int) -> None:
    async with world.sql("prospection") as connection:
        await connection.execute(_SLOW.format(event=event, seconds=seconds))


async def _known(world: World, registration_id: str) -> bool:
    async with world.sql("prospection") as connection:
        return bool(
            await connection.fetchval(
                "SELECT 1 FROM known_registration WHERE registration_id::text = $1", registration_id
            )
        )


async def _patience(world: World, nanoseconds: int) -> int:
    """Change how long the bus waits for an acknowledgement; returns how long it did."""
    async with world.bus() as client:
        config: dict[str, Any] = (await ask(client, f"CONSUMER.INFO.{STREAM}.{DURABLE}"))["config"]
        content = {"stream_name": STREAM, "config": {**config, "ack_wait": nanoseconds}}
        await ask(client, f"CONSUMER.CREATE.{STREAM}.{DURABLE}.{config['filter_subject']}", content)
    return int(config["ack_wait"])


async def _delivered(world: World) -> int:
    """How many times the bus gave a message to this durable."""
    async with world.bus() as client:
        info = await ask(client, f"CONSUMER.INFO.{STREAM}.{DURABLE}")
    return int(info["delivered"]["consumer_seq"])


async def unprotect(world: World) -> Outcome:
    """Positions that let everything pass twice, with letters that may be owed twice."""
    from deploy.local.faults.scenarios.s12_late_duplicates import unprotect as start_again

    return await start_again(world)
