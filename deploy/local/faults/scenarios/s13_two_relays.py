"""S13: commits in another order than their rows, two relays, the active one killed."""

import asyncio
import time
from datetime import UTC, datetime
from uuid import UUID

import psutil

from deploy.local.faults.figures import milliseconds, percentile
from deploy.local.faults.load import Clients, Mix, load
from deploy.local.faults.replicas import replica
from deploy.local.faults.scenarios.s01_killed_services import told
from deploy.local.faults.watching import newest_published, publishes_again
from deploy.local.faults.world import Outcome, World
from shared.contracts.events.v1 import RegistrationLinkRequested
from shared.messaging import because_of_a_click, outbox
from shared.messaging.relay import session_name
from shared.persistence.sessions import Database

OPEN_SECONDS, NOISE_SECONDS, FAIL_OVER_SECONDS = 5.0, 0.5, 2.0
_RELAYS = """
    SELECT DISTINCT client_port FROM pg_stat_activity a JOIN pg_locks l USING (pid)
    WHERE a.application_name = $1 AND l.locktype = 'advisory' AND l.granted
"""


async def play(world: World) -> Outcome:
    """A long transaction among short ones, then the active relay dies."""
    outcome = Outcome()
    clients = Clients(world, width=16, mix=Mix(repeat=0, knock=0.1, cancel=0), pause=0.5)
    evening = await clients.evening(5_000)
    first = await clients.register(evening)
    async with replica(world, "events"):
        async with load(clients, [evening], 100_000) as running:
            begun = time.time()
            await asyncio.sleep(OPEN_SECONDS)
            usual = percentile(await _delays(world, begun), 0.99)
            delays = await _one_stays_open(world, UUID(first.registration_id))
            holders = await _active(world)
            outcome.require(len(holders) == 1, f"{len(holders)} relais actifs")
            outcome.recoveries.append(await _fail_over(world, holders[0]))
        await world.until_ready("events")
    await clients.close()
    slowest = percentile(delays, 0.99)
    outcome.counts = told(world, running.attempts)
    outcome.counts["others_p99_ms"] = milliseconds(slowest)
    outcome.counts["usual_p99_ms"] = milliseconds(usual)
    most = 2 * usual + NOISE_SECONDS
    outcome.require(slowest <= most, f"p99 des autres : {slowest:.2f} s contre {usual:.2f} s")
    took = outcome.recoveries[0]
    outcome.require(took <= FAIL_OVER_SECONDS, f"relève en {took:.1f} s")
    return outcome


async def _one_stays_open(world: World, registration_id: UUID) -> list[float]:
    """Write a row, let others pass for a while, commit; returns the delays of the others."""
    begun = time.time()
    async with _database(world) as database, database.transaction() as session:
        with because_of_a_click("faults: long transaction"):
            await outbox.publish(session, await _said(world, registration_id))
        await asyncio.sleep(OPEN_SECONDS)
    return await _delays(world, begun)


async def _delays(world: World, since: float) -> list[float]:
    """From what was said to its reaction, for every registration settled since then."""
    async with world.sql("prospection") as connection:
        rows = await connection.fetch(
            """SELECT extract(epoch FROM recorded_at - time) FROM envelope
            WHERE type LIKE 'events.registration.%' AND action NOT LIKE 'faults%'
            AND time > to_timestamp($1)""",
            since,
        )
    return [float(row[0]) for row in rows]


def _database(world: World) -> "_Lent":
    return _Lent(Database(world.database_url("events"), name="pannes", pool_size=1, overflow=0))


class _Lent:
    """A pool that is closed on leaving."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __aenter__(self) -> Database:
        return self._database

    async def __aexit__(self, *_: object) -> None:
        await self._database.close()


async def _said(world: World, registration_id: UUID) -> RegistrationLinkRequested:
    async with world.sql("events") as connection:
        row = await connection.fetchrow(
            """SELECT event_id, person_id, link_epoch, version FROM registration
            JOIN card_mark USING (person_id) WHERE id = $1""",
            registration_id,
        )
    return RegistrationLinkRequested(
        registration_id=registration_id,
        event_id=row["event_id"],
        person_id=row["person_id"],
        card_version=row["version"],
        link_epoch=row["link_epoch"],
        occurred_at=datetime.now(UTC),
    )


async def _active(world: World) -> list[psutil.Process]:
    """The processes whose relay holds the lock."""
    async with world.sql("events") as connection:
        rows = await connection.fetch(_RELAYS, session_name("events"))
    ports = {row[0] for row in rows}
    return [process for process in psutil.process_iter() if ports & set(_local_ports(process))]


def _local_ports(process: psutil.Process) -> list[int]:
    try:
        if "deploy.local" not in " ".join(process.cmdline()):
            return []
        return [link.laddr.port for link in process.net_connections("tcp")]
    except psutil.Error:
        return []


async def _fail_over(world: World, holder: psutil.Process) -> float:
    """Kill the active relay; returns the seconds until the other one publishes."""
    async with world.sql("events") as connection:
        newest = await newest_published(connection)
    holder.kill()
    return await publishes_again(world, "events", newest)


_TRUST_THE_HIGHEST_ID = """
CREATE FUNCTION faults_skip() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE journal SET stream_seq = 1 WHERE id = NEW.id
        AND id < (SELECT max(id) FROM journal WHERE stream_seq IS NOT NULL);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER faults_skip AFTER INSERT ON journal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION faults_skip();
"""


async def unprotect(world: World) -> Outcome:
    """A relay that trusts the highest id it has seen skips the row of a late commit."""
    async with world.sql("events") as connection:
        await connection.execute(_TRUST_THE_HIGHEST_ID)
    clients = Clients(world, width=4)
    evening = await clients.evening(100)
    first = await clients.register(evening)
    late = asyncio.create_task(_one_stays_open(world, UUID(first.registration_id)))
    await asyncio.sleep(1)
    await clients.many([evening], 10)
    await late
    await clients.close()
    return Outcome()
