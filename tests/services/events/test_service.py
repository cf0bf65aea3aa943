"""The service as a whole: models and migrations agree, the demo is idempotent, cards are true."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.application.fill_demo import fill_demo
from services.events.application.forget_old_keys import forget_old_keys
from services.events.application.register_person import register_person
from services.events.domain.base import EventsTable
from services.events.main import service
from services.events.queries.participant_cards import participant_cards
from shared.persistence.migrations import differences
from shared.persistence.sessions import Database
from shared.persistence.tables import uuid7
from tests.services.events.conftest import NOON
from tests.services.events.makers import a_published_event, a_registration, said

pytestmark = pytest.mark.postgres


async def test_models_are_what_the_migrations_made(database: Database) -> None:
    async with database.engine.connect() as connection:
        found = await connection.run_sync(differences, EventsTable.metadata)
    assert found == []


async def test_the_demo_is_loaded_once(session: AsyncSession) -> None:
    for _ in range(2):
        await fill_demo(session, NOON)
    subjects = await said(session)
    assert subjects.count("events.event.published.v1") == 2
    assert subjects.count("events.zoom.planned.v1") == 1
    assert subjects.count("events.registration.confirmed.v1") == 12
    starts = await session.execute(text("SELECT min(starts_at) AS first FROM event"))
    assert starts.one().first > NOON


async def test_a_card_names_the_person_and_an_unknown_id_has_none(session: AsyncSession) -> None:
    event_id = await a_published_event(session, NOON)
    await register_person(session, a_registration(event_id), now=NOON)
    person_id = await session.scalar(text("SELECT person_id FROM participant"))

    cards = await participant_cards(session, [person_id, uuid7()])

    assert set(cards) == {person_id}
    assert cards[person_id].email == "camille.1@etudiant.test"
    version = await session.scalar(text("SELECT version FROM card_mark"))
    payload = await session.scalar(
        text("SELECT payload FROM journal WHERE subject LIKE '%confirmed%'")
    )
    assert version == 1
    assert '"card_version":1' in str(payload)
    assert "camille" not in str(payload).lower()


async def test_old_keys_are_forgotten(session: AsyncSession) -> None:
    event_id = await a_published_event(session, NOON)
    await register_person(session, a_registration(event_id), now=NOON)
    await forget_old_keys(session, now=NOON + timedelta(days=6))
    assert await session.scalar(text("SELECT count(*) FROM idempotency_key")) == 1
    await forget_old_keys(session, now=NOON + timedelta(days=8))
    assert await session.scalar(text("SELECT count(*) FROM idempotency_key")) == 0


def test_the_service_names_its_people_and_its_demo() -> None:
    assert service.cards is participant_cards
    assert service.demo is fill_demo
