"""S8: one event in a hundred is poison: spoilt content, unknown version, a bug, passing trouble."""

import json
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from deploy.local.faults.drain import drained
from deploy.local.faults.figures import milliseconds, percentile
from deploy.local.faults.load import Clients, Mix
from deploy.local.faults.world import Outcome, World

READER = "events-registration"
LISTENERS = ("prospection", "notifications")
NOISE_SECONDS = 1.0
"""Two runs on a busy machine differ by this much without any poison."""
_BUG = """
CREATE SEQUENCE faults_stumbles;
GRANT USAGE ON SEQUENCE faults_stumbles TO PUBLIC;
CREATE FUNCTION faults_bug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.event_id = '{cursed}' THEN RAISE EXCEPTION 'bug'; END IF;
    IF NEW.event_id = '{shaky}' AND nextval('faults_stumbles') <= {stumbles} THEN
        RAISE EXCEPTION 'passing trouble' USING ERRCODE = '40001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER faults_bug BEFORE INSERT OR UPDATE ON known_registration
    FOR EACH ROW EXECUTE FUNCTION faults_bug();
"""
_MEND = """
DROP TRIGGER faults_bug ON known_registration;
DROP FUNCTION faults_bug();
DROP SEQUENCE faults_stumbles;
"""
_SPOIL = """
INSERT INTO journal (event_id, subject, aggregate, aggregate_id, version, headers, payload)
VALUES ($1, $2, 'registration', $3, 1, $4, $5)
"""


async def play(world: World) -> Outcome:
    """Measure without poison, then with; mend the bug and replay what died of it."""
    outcome = Outcome()
    clients = Clients(world, width=10, mix=Mix(repeat=0, knock=0, cancel=0), pause=0.2)
    evening = await clients.evening(5_000)
    count = world.many(1_500, least=100)
    sound = await clients.many([evening], count // 2)
    await drained(world)
    cursed, shaky = await clients.evening(5_000), await clients.evening(5_000)
    await _break(world, cursed, shaky, stumbles=5)
    spoilt = await _spoil(world, max(2, count // 200))
    world.dead_letters |= {(name, READER, one) for name in LISTENERS for one in spoilt}
    ill = await clients.many([cursed, shaky], max(4, count // 100))
    again = [one for one in ill if one.event_id == cursed]
    for one in again[:2]:
        await clients.register(one.event_id, email=one.email)
    among = await clients.many([evening], count // 2)
    await clients.close()
    await drained(world)
    dead = await _dead(world)
    await _mend_and_replay(world)
    await drained(world)
    kept = await _dead(world)
    _compare(outcome, dead=dead, kept=kept, spoilt=spoilt, died=len(again) + len(again[:2]))
    usual, slowed = await _delays(world, sound), await _delays(world, among)
    outcome.require(
        slowed <= 2 * usual + NOISE_SECONDS, f"p99 de {slowed:.2f} s contre {usual:.2f} s"
    )
    outcome.counts |= {
        "attempts": 2 * (count // 2),
        "p99_without_poison_ms": milliseconds(usual),
        "p99_with_poison_ms": milliseconds(slowed),
    }
    return outcome


def _compare(
    outcome: Outcome, *, dead: set[str], kept: set[str], spoilt: set[str], died: int
) -> None:
    outcome.counts["poison"] = len(spoilt) + died
    outcome.counts["replayed"] = len(dead - kept)
    bugs = len(dead - spoilt)
    outcome.require(spoilt <= dead, "un message gâté n’est pas mis de côté")
    outcome.require(bugs == died, f"{bugs} messages mis de côté par le défaut, attendus : {died}")
    outcome.require(kept == spoilt, "après correction, il doit rester les seuls messages gâtés")


async def _break(world: World, cursed: str, shaky: str, *, stumbles: int) -> None:
    async with world.sql("notifications") as connection:
        await connection.execute(_BUG.format(cursed=cursed, shaky=shaky, stumbles=stumbles))


async def _spoil(world: World, number: int) -> set[str]:
    """Put events that nobody can read in the journal, as a mistaken release would."""
    spoilt = set()
    async with world.sql("events") as connection:
        model = await connection.fetchrow(
            "SELECT headers, subject FROM journal WHERE aggregate = 'registration' LIMIT 1"
        )
        for place in range(number):
            spoilt.add(await _spoil_one(connection, model, unknown_version=bool(place % 2)))
    return spoilt


async def _spoil_one(connection: asyncpg.Connection, model: Any, *, unknown_version: bool) -> str:
    event_id, aggregate_id = uuid4(), uuid4()
    subject = f"{model['subject'].rpartition('.')[0]}.{'v9' if unknown_version else 'v1'}"
    headers = json.loads(model["headers"]) | {
        "ce-id": str(event_id),
        "ce-subject": str(aggregate_id),
        "ce-type": subject,
    }
    payload = '{"registration_id": 12}'
    await connection.execute(_SPOIL, event_id, subject, aggregate_id, json.dumps(headers), payload)
    return str(event_id)


async def _mend_and_replay(world: World) -> None:
    async with world.sql("notifications") as connection:
        await connection.execute(_MEND)
    async with httpx.AsyncClient(base_url=world.base_url, timeout=60) as client:
        answer = await client.post(
            "/notifications/messages-en-souffrance/rejouer", headers=world.headers("admin"), data={}
        )
    if answer.status_code != httpx.codes.SEE_OTHER:
        raise RuntimeError(f"le rejeu a répondu {answer.status_code}")


async def _dead(world: World) -> set[str]:
    async with world.sql("notifications") as connection:
        rows = await connection.fetch(
            "SELECT event_id::text FROM dead_letter WHERE state = 'open' AND reader = $1", READER
        )
    return {row[0] for row in rows}


async def _delays(world: World, attempts: list[Any]) -> float:
    """From the journal to the story of the person, 99th percentile, seconds."""
    wanted = {one.registration_id for one in attempts if one.outcome == "ok"}
    async with world.sql("events") as connection:
        rows = await connection.fetch(
            """SELECT event_id::text, extract(epoch FROM recorded_at) FROM journal
            WHERE aggregate_id::text = ANY($1::text[])""",
            list(wanted),
        )
    said = {row[0]: float(row[1]) for row in rows}
    async with world.sql("prospection") as connection:
        rows = await connection.fetch(
            """SELECT event_id::text, extract(epoch FROM recorded_at) FROM envelope
            WHERE event_id::text = ANY($1::text[])""",
            list(said),
        )
    return percentile([float(row[1]) - said[row[0]] for row in rows], 0.99)


async def unprotect(world: World) -> Outcome:
    """Nobody expects these dead letters: the checker must see each of them."""
    clients = Clients(world, width=4)
    evening = await clients.evening(100)
    await clients.many([evening], 10)
    await clients.close()
    await _spoil(world, 4)
    return Outcome()
