"""Person cards: state that can be erased to the last byte."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from deploy.local.nats import Nats
from shared.messaging import Card, cards, directory
from shared.persistence.tables import uuid7
from tests.shared.messaging.conftest import World, until

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


def _store(server: Nats) -> Path:
    figures = httpx.get(f"{server.monitor_url}/varz").json()
    return Path(figures["jetstream"]["config"]["store_dir"])


def _found(folder: Path, needle: bytes) -> bool:
    return any(needle in path.read_bytes() for path in folder.rglob("*") if path.is_file())
