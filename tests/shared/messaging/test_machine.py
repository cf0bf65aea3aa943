"""Journal, relay and reader against a model: whatever happens in between, once and in order."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlmodel.ext.asyncio.session import AsyncSession

from deploy.local.nats import Nats
from deploy.local.postgres import Postgres
from shared.contracts.events.v1 import EventCancelled
from shared.messaging import Heard, outbox
from shared.messaging.deploy import ensure_streams
from shared.messaging.schema import V1
from shared.persistence.tables import uuid7
from shared.telemetry import Telemetry
from tests.shared.messaging.conftest import World, cancelled, forget_streams, until

pytestmark = [pytest.mark.postgres, pytest.mark.nats, pytest.mark.timeout(120)]

AGGREGATES = [uuid7() for _ in range(3)]
aggregates = st.sampled_from(AGGREGATES)


class _Servers:
    """What the machine runs on; given by the test below."""

    runner: asyncio.Runner
    postgres: str
    nats: Nats


class Messaging(RuleBasedStateMachine):
    """A speaker and a listener that are stopped, cut and started while people work."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[UUID, int] = defaultdict(int)
        self.poisoned: UUID | None = None
        self.run = _Servers.runner.run
        self.world = self.run(_world())
        self.run(self._start_both())

    async def _start_both(self) -> None:
        self.listener = self.world.listener_node()
        self.world.listener.refuse = self._refuse
        await self.world.speaker.start()
        await self.listener.start()

    def _refuse(self, heard: Heard[EventCancelled]) -> Exception | None:
        return ValueError("never") if heard.aggregate_id == self.poisoned else None

    @rule(chosen=st.lists(aggregates, min_size=1, max_size=30))
    def people_work(self, chosen: list[UUID]) -> None:
        async def say() -> None:
            for aggregate in chosen:
                self.said[aggregate] += 1
                await self.world.say(cancelled(aggregate, self.said[aggregate]))

        self.run(say())

    @rule(aggregate=aggregates)
    def somebody_regrets(self, aggregate: UUID) -> None:
        async def say() -> None:
            with pytest.raises(RuntimeError):
                async with self.world.speaker_database.transaction() as session:
                    await _publish_then_regret(session, aggregate)

        self.run(say())

    @rule()
    def the_relay_is_cut(self) -> None:
        self.run(_cut(self.world.said_url))

    @rule()
    def the_listener_loses_its_database(self) -> None:
        self.run(_cut(self.world.heard_url))

    @rule()
    def the_listener_is_replaced(self) -> None:
        async def replace() -> None:
            await self.listener.stop(grace=2)
            self.world.nodes.remove(self.listener)
            self.listener = self.world.listener_node()
            await self.listener.start()

        self.run(replace())

    @rule()
    def the_durable_is_deleted(self) -> None:
        async def delete() -> None:
            js = self.world.speaker.bus.js
            await js.delete_consumer("EVENTS", "notifications--events-event")

        self.run(self._consumer_exists())
        self.run(delete())

    async def _consumer_exists(self) -> None:
        async def there() -> bool:
            return await self.listener.readings[0].pull.lag() is not None

        await until(there)

    @rule(aggregate=aggregates)
    def what_was_said_is_said_again(self, aggregate: UUID) -> None:
        asked = f'{{"aggregate": "event", "aggregate_id": "{aggregate}", "from_version": 1}}'
        self.world.speaker.relay.publish_again(asked.encode())

    @precondition(lambda self: self.poisoned is None)
    @rule(aggregate=aggregates)
    def one_aggregate_is_poisoned(self, aggregate: UUID) -> None:
        self.poisoned = aggregate

    @invariant()
    def nothing_is_heard_twice_nor_out_of_order(self) -> None:
        reached: dict[UUID, int] = defaultdict(int)
        for aggregate, sequence in self.run(self.world.heard()):
            assert sequence == reached[aggregate] + 1
            assert sequence <= self.said[aggregate]
            reached[aggregate] = sequence

    def teardown(self) -> None:
        async def settled() -> bool:
            query = "SELECT coalesce(sum(version), 0)::int FROM position"
            done = await self.world.column(self.world.listener_database, query)
            return done == [sum(self.said.values())]

        try:
            self.run(until(settled, limit=30))
            self.nothing_is_heard_twice_nor_out_of_order()
            heard = len(self.run(self.world.heard()))
            query = "SELECT count(*)::int FROM dead_letter"
            (dead,) = self.run(self.world.column(self.world.listener_database, query))
            assert heard + int(str(dead)) == sum(self.said.values())
        finally:
            self.run(self.world.close())


async def _publish_then_regret(session: AsyncSession, aggregate: UUID) -> None:
    await outbox.publish(session, cancelled(aggregate, 0))
    raise RuntimeError("regret")


async def _cut(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()


async def _world() -> World:
    urls = []
    for name in ("machine_dit", "machine_entendu"):
        administrator = await asyncpg.connect(_Servers.postgres)
        await administrator.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await administrator.execute(f"CREATE DATABASE {name}")
        await administrator.close()
        urls.append(_Servers.postgres.rpartition("/")[0] + f"/{name}")
        connection = await asyncpg.connect(urls[-1])
        await connection.execute(V1)
        await connection.execute(
            "CREATE TABLE heard (place bigserial, event_id uuid PRIMARY KEY,"
            " aggregate_id uuid, sequence int)"
        )
        await connection.close()
    await forget_streams(_Servers.nats)
    await ensure_streams(_Servers.nats.url("a"), ["events", "notifications"])
    return World(_Servers.nats, urls, Telemetry("essai"))


@pytest.fixture
def machine(open_nats: Nats, postgres: Postgres) -> Iterator[type[Messaging]]:
    """The machine on the session's servers, with a loop of its own."""
    with asyncio.Runner() as runner:
        _Servers.runner, _Servers.nats = runner, open_nats
        _Servers.postgres = postgres.url("postgres")
        yield Messaging


def test_whatever_happens_everything_is_heard_once_and_in_order(machine: type[Messaging]) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=3,
            stateful_step_count=10,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
