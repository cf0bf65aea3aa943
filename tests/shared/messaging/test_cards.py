"""Person cards: state that can be erased to the last byte."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from deploy.local.nats import Nats
from shared.messaging import Card, cards, directory, outbox
from shared.messaging.card_relay import CardRelay
from shared.messaging.node import Listening
from shared.persistence.tables import uuid7
from tests.shared.messaging.conftest import World, cancelled, until

pytestmark = [pytest.mark.postgres, pytest.mark.nats]


async def mark(world: World, person_id: UUID) -> None:
    """The card of this person changed."""
    async with world.speaker_database.transaction() as session:
        await cards.mark(session, person_id)


async def known(world: World, person_id: UUID, name: str) -> bool:
    """Whether the listener knows the person under this name."""
    async with world.listener_database.transaction() as session:
        entry = await directory.card(session, person_id, "events")
        return entry is not None and entry.last_name == name


async def test_a_card_is_known_then_corrected(world: World) -> None:
    await world.speaker.start()
    await world.listener_node().start()
    person = uuid7()
    world.cards[person] = Card(last_name="Fictif", first_name="Ana", email="ana@exemple.fr")
    await mark(world, person)
    await until(lambda: known(world, person, "Fictif"))
    world.cards[person] = Card(last_name="Fictif-Lune", first_name="Ana")
    await mark(world, person)
    await until(lambda: known(world, person, "Fictif-Lune"))


async def test_an_older_card_never_overwrites_and_an_erased_one_never_returns(world: World) -> None:
    person = uuid7()
    async with world.listener_database.transaction() as session:
        newer = {"version": 2, "last_name": "Neuf", "first_name": "N"}
        assert await directory.hear(session, "events", person, newer)
        older = {"version": 1, "last_name": "Vieux", "first_name": "V"}
        assert not await directory.hear(session, "events", person, older)
        await directory.erase(session, person, now=datetime.now(UTC))
        newest = {"version": 3, "last_name": "Revenu", "first_name": "R"}
        assert not await directory.hear(session, "events", person, newest)


async def test_an_erased_card_leaves_no_byte_in_the_files_of_the_stream(
    world: World, open_nats: Nats
) -> None:
    await world.speaker.start()
    await world.listener_node().start()
    person = uuid7()
    world.cards[person] = Card(last_name="Zxqvcanari", first_name="Ana")
    await mark(world, person)
    await until(lambda: known(world, person, "Zxqvcanari"))
    assert _found(_store(open_nats), b"Zxqvcanari")
    del world.cards[person]
    await mark(world, person)

    async def erased() -> bool:
        return not _found(_store(open_nats), b"Zxqvcanari")

    await until(erased)


async def test_a_relay_that_lost_its_place_never_puts_an_older_card_back(
    world: World, open_nats: Nats
) -> None:
    person = uuid7()
    reading, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Card]:
        reading.set()
        await go_on.wait()
        return {one: Card(last_name="Zxqvfantome", first_name="Ana") for one in ids}

    stale_node = world.speaker_node()
    stale = CardRelay(stale_node.bus, world.speaker_database, slow, stale_node.alarms)
    await stale_node.bus.connect()
    connection = await asyncpg.connect(world.said_url)
    try:
        await mark(world, person)
        sending = asyncio.create_task(stale.send_dirty(connection))
        await reading.wait()
        await world.speaker.start()
        await mark(world, person)
        await until(lambda: _sent(world, 2))
        go_on.set()
        with pytest.raises(OSError, match="10071"):
            await sending
    finally:
        await connection.close()
    assert not _found(_store(open_nats), b"Zxqvfantome")


async def test_a_card_sent_but_not_marked_is_erased_all_the_same(
    world: World, open_nats: Nats
) -> None:
    await world.speaker.start()
    person = uuid7()
    world.cards[person] = Card(last_name="Zxqvreste", first_name="Ana")
    await mark(world, person)
    await until(lambda: _sent(world, 1))
    await world.column(
        world.speaker_database, "UPDATE card_mark SET sent_version = 0 RETURNING person_id"
    )
    del world.cards[person]
    world.speaker.relay.wake()
    await until(lambda: _sent(world, 1))
    assert not _found(_store(open_nats), b"Zxqvreste")


async def test_a_card_that_cannot_be_read_keeps_neither_events_nor_others_waiting(
    world: World,
) -> None:
    broken, sound = uuid7(), uuid7()

    async def source(_session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Card]:
        if broken in ids:
            raise KeyError("a bug")
        return {one: Card(last_name="Sain", first_name="Ana") for one in ids}

    node = world._node("events", world.speaker_database, Listening(cards=source))
    await node.start()
    await world.listener_node().start()
    async with world.speaker_database.transaction() as session:
        await cards.mark_many(session, [broken, sound])
        await outbox.publish(session, cancelled())
    await until(lambda: known(world, sound, "Sain"))
    await until(lambda: world.has_heard(1))
    assert "cards" in node.alarms.raised


async def test_a_letter_never_leaves_for_last_years_address(world: World) -> None:
    """What notifications relies on: a version named by an event is never behind its address."""
    await world.speaker.start()
    await world.listener_node().start()
    person = uuid7()
    world.cards[person] = Card(last_name="Fictif", first_name="Ana", email="avant@exemple.fr")
    await mark(world, person)
    await until(lambda: known(world, person, "Fictif"))
    js = world.speaker.bus.js
    old = await js.get_last_msg("CARDS_EVENTS", f"cards.events.{person}")
    async with world.speaker_database.transaction() as session:
        world.cards[person] = Card(last_name="Fictif", first_name="Ana", email="apres@exemple.fr")
        version = await cards.mark(session, person)
        assert version == 2
    await until(lambda: _at_least(world, person, version))
    await js.publish(f"cards.events.{person}", old.data or b"")
    await js.publish(f"cards.events.{uuid7()}", b'{"version": 1, "last_name": "Suite"}')
    await until(lambda: _knows_somebody_called(world, "Suite"))
    async with world.listener_database.transaction() as session:
        entry = await directory.card(session, person, "events")
    assert entry is not None
    assert (entry.version, entry.email) == (2, "apres@exemple.fr")


async def _at_least(world: World, person_id: UUID, version: int) -> bool:
    async with world.listener_database.transaction() as session:
        entry = await directory.card(session, person_id, "events")
        return entry is not None and entry.version >= version


async def _knows_somebody_called(world: World, name: str) -> bool:
    query = f"SELECT 1 FROM directory WHERE last_name = '{name}'"
    return bool(await world.column(world.listener_database, query))


async def _sent(world: World, version: int) -> bool:
    query = "SELECT sent_version FROM card_mark"
    return await world.column(world.speaker_database, query) == [version]


def _store(server: Nats) -> Path:
    figures = httpx.get(f"{server.monitor_url}/varz").json()
    return Path(figures["jetstream"]["config"]["store_dir"])


def _found(folder: Path, needle: bytes) -> bool:
    return any(needle in path.read_bytes() for path in folder.rglob("*") if path.is_file())
