"""A reader rebuilt from its stream under live traffic, and a journal published anew."""

import asyncio
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from deploy.local.nats import Nats
from shared.contracts.events.v1 import EventCancelled
from shared.messaging import Card, Heard, Reader, Rebuilt, cards, directory, on, outbox
from shared.messaging.deploy import republish
from shared.messaging.node import Listening, Node
from shared.messaging.rebuild import Place, RebuildFailed, rebuild, together
from shared.messaging.shadow import UndeclaredTable
from shared.persistence.tables import uuid7
from tests.shared.messaging.conftest import World, cancelled, until

pytestmark = [pytest.mark.postgres, pytest.mark.nats]

TABLES = """
CREATE TABLE last_said (aggregate_id uuid PRIMARY KEY, sequence int, heard_at timestamptz);
CREATE TABLE owed (event_id uuid PRIMARY KEY);
CREATE TABLE shared_note (aggregate_id uuid PRIMARY KEY, words text);
"""


class Behaviour:
    """What the reaction does; tests change it."""

    refuse: UUID | None = None
    stray = False


async def note(session: AsyncSession, heard: Heard[EventCancelled]) -> None:
    """Keep the last number said, owe something when it is new."""
    if heard.aggregate_id == Behaviour.refuse:
        raise ValueError("never")
    values = {"a": heard.aggregate_id, "s": heard.event.sequence, "e": heard.event_id}
    await session.execute(
        text(
            "INSERT INTO last_said VALUES (:a, :s, clock_timestamp()) ON CONFLICT (aggregate_id)"
            " DO UPDATE SET sequence = last_said.sequence + 1"
        ),
        values,
    )
    await session.execute(
        text("INSERT INTO shared_note VALUES (:a, 'x') ON CONFLICT DO NOTHING"), values
    )
    await directory.resolve(session, heard.aggregate_id, heard.aggregate_id)
    if heard.live:
        await session.execute(text("INSERT INTO owed VALUES (:e)"), values)
    if Behaviour.stray:
        await session.execute(text("INSERT INTO owed VALUES (gen_random_uuid())"))
    await outbox.publish(session, cancelled())


READER = Reader(
    speaker="events",
    aggregate="event",
    reactions=(on(EventCancelled, note),),
    rebuilds=(Rebuilt("last_said", apart=("heard_at",), where="sequence < 1000"),),
    beside=("shared_note",),
)


@pytest.fixture
async def listener(world: World) -> Node:
    """A listener with tables of its own, at work."""
    Behaviour.refuse, Behaviour.stray = None, False
    connection = await asyncpg.connect(world.heard_url)
    await connection.execute(TABLES)
    await connection.close()
    node = world._node("notifications", world.listener_database, Listening(readers=(READER,)))
    await node.start()
    await world.speaker.start()
    return node


def place(world: World, nats: Nats) -> Place:
    """Where the listener is."""
    return Place(service="notifications", database_url=world.heard_url, nats_url=nats.url("a"))


async def settled(world: World, number: int) -> bool:
    """Whether so many events were heard in all."""
    query = "SELECT coalesce(sum(version), 0)::int FROM position"
    return await world.column(world.listener_database, query) == [number]


async def test_a_reader_is_rebuilt_under_live_traffic_and_equals_the_live_one(
    world: World, open_nats: Nats, listener: Node
) -> None:
    aggregates = [uuid7() for _ in range(20)]
    for number in (1, 2, 3):
        await world.say(*(cancelled(one, number) for one in aggregates))
    await until(lambda: settled(world, 60))
    owed = await world.column(world.listener_database, "SELECT count(*) FROM owed")
    said = await world.column(world.listener_database, "SELECT count(*) FROM journal")

    async def traffic() -> None:
        for number in range(4, 14):
            await world.say(*(cancelled(one, number) for one in aggregates))

    busy = asyncio.create_task(traffic())
    done = await rebuild(place(world, open_nats), [READER], "events-event")
    await busy
    assert done.before == done.after
    assert (done.changed, done.readers) == (0, ("events-event",))
    assert done.events >= 60
    await until(lambda: settled(world, 260))
    numbers = await world.column(world.listener_database, "SELECT sequence FROM last_said")
    assert numbers == [13] * 20
    # Each event had its effect once, the rebuild none.
    assert owed == [60]
    assert await world.column(world.listener_database, "SELECT count(*) FROM owed") == [260]
    assert said == [60]
    assert await world.column(world.listener_database, "SELECT count(*) FROM journal") == [260]


async def test_what_was_broken_by_hand_is_right_again(
    world: World, open_nats: Nats, listener: Node
) -> None:
    first, second = uuid7(), uuid7()
    await world.say(cancelled(first), cancelled(second))
    await until(lambda: settled(world, 2))
    await world.column(
        world.listener_database, "UPDATE last_said SET sequence = 40 RETURNING sequence"
    )
    async with world.listener_database.transaction() as session:
        await session.execute(
            text("INSERT INTO last_said VALUES (:a, 9, now()), (:b, 1000, now())"),
            {"a": uuid7(), "b": uuid7()},
        )
    done = await rebuild(place(world, open_nats), [READER], "events-event")
    assert done.before != done.after
    assert done.changed == 3
    numbers = await world.column(
        world.listener_database, "SELECT sequence FROM last_said ORDER BY 1"
    )
    assert numbers == [1, 1, 1000]


async def test_dead_letters_that_pass_this_time_are_settled(
    world: World, open_nats: Nats, listener: Node
) -> None:
    Behaviour.refuse = uuid7()
    await world.say(cancelled(Behaviour.refuse, 1), cancelled(Behaviour.refuse, 2), cancelled())
    await until(lambda: world.dead(2))
    await until(lambda: settled(world, 3))
    still = await rebuild(place(world, open_nats), [READER], "events-event")
    assert still.before == still.after
    Behaviour.refuse = None
    await rebuild(place(world, open_nats), [READER], "events-event")
    states = await world.column(world.listener_database, "SELECT state FROM dead_letter")
    assert states == ["replayed", "replayed"]
    assert len(await world.column(world.listener_database, "SELECT 1 FROM last_said")) == 2
    assert set(await world.column(world.listener_database, "SELECT blocked FROM position")) == {
        False
    }


async def test_a_rebuild_that_would_lose_or_write_elsewhere_changes_nothing(
    world: World, open_nats: Nats, listener: Node
) -> None:
    aggregate = uuid7()
    await world.say(cancelled(aggregate))
    await until(lambda: settled(world, 1))
    Behaviour.refuse = aggregate
    with pytest.raises(RebuildFailed, match="ValueError"):
        await rebuild(place(world, open_nats), [READER], "events-event")
    Behaviour.refuse, Behaviour.stray = None, True
    with pytest.raises(UndeclaredTable, match="owed"):
        await rebuild(place(world, open_nats), [READER], "events-event")
    assert await world.column(world.listener_database, "SELECT sequence FROM last_said") == [1]
    assert await world.column(world.listener_database, "SELECT count(*) FROM owed") == [1]


def test_readers_that_share_a_table_are_rebuilt_together() -> None:
    def reader(aggregate: str, *tables: str) -> Reader:
        rebuilt = tuple(Rebuilt(table) for table in tables)
        return Reader(speaker="events", aggregate=aggregate, rebuilds=rebuilt)

    readers = [reader("a", "x"), reader("b", "x", "y"), reader("c", "y"), reader("d", "z")]
    assert {one.aggregate for one in together(readers, "events-a")} == {"a", "b", "c"}
    assert {one.aggregate for one in together(readers, "events-d")} == {"d"}


async def test_a_journal_is_published_anew_in_order_into_a_new_stream(
    world: World, open_nats: Nats
) -> None:
    await world.speaker.start()
    await world.listener_node().start()
    aggregates = [uuid7() for _ in range(5)]
    person = uuid7()
    world.cards[person] = Card(last_name="Fictif", first_name="Ana")
    async with world.speaker_database.transaction() as session:
        await cards.mark(session, person)
    for number in (1, 2, 3):
        await world.say(*(cancelled(one, number) for one in aggregates))
    await until(lambda: world.has_heard(15))

    async def traffic() -> None:
        for number in (4, 5):
            await world.say(*(cancelled(one, number) for one in aggregates))

    busy = asyncio.create_task(traffic())
    where = Place(service="events", database_url=world.said_url, nats_url=open_nats.url("a"))
    assert await republish(where) >= 15
    await busy
    await until(lambda: world.published(25))
    js = world.speaker.bus.js
    info = await js.stream_info("EVENTS")
    assert info.state.messages == 25
    reached: dict[str, int] = {}
    for sequence in range(1, 26):
        headers = (await js.get_msg("EVENTS", sequence)).headers or {}
        version = int(headers["ce-aggregateversion"])
        assert version == reached.get(headers["ce-subject"], 0) + 1
        reached[headers["ce-subject"]] = version
    await until(lambda: world.has_heard(25), limit=20)
    assert len(await world.heard()) == 25
    assert (await js.stream_info("CARDS_EVENTS")).state.messages == 1
