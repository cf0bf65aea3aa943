"""Opening a request, and offering a home: once, and never on a false answer."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from services.logement.application.abandon_request import abandon_request
from services.logement.application.edit_offer import edit_offer
from services.logement.application.open_request import open_request
from services.logement.application.propose_offer import propose_offer
from services.logement.domain.applicant import Applicant
from services.logement.domain.refusals import NotPublishable, SameKeyOtherAnswers
from services.logement.domain.request import HousingRequest, RequestState
from services.logement.queries.find_commune import find_commune, suggestions
from services.logement.queries.request_cards import applicant_cards
from shared.contracts.refusal import Invalid
from shared.persistence.migrations import differences
from shared.persistence.sessions import Database
from tests.services.logement import world
from tests.services.logement.moments import NOW

pytestmark = pytest.mark.postgres


async def test_the_migration_makes_what_the_models_say(database: Database) -> None:
    metadata = HousingRequest.metadata
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences, metadata) == []


async def test_the_same_key_opens_one_request_even_at_the_same_instant(database: Database) -> None:
    async def click() -> HousingRequest:
        async with database.transaction() as session:
            return await open_request(session, world.ASK, idempotency_key="clé", now=NOW)

    one, two = await asyncio.gather(click(), click())
    assert one.id == two.id
    assert await world.said(database) == ["request.opened"]


async def test_the_same_key_with_other_answers_is_refused(database: Database) -> None:
    async with database.transaction() as session:
        await open_request(session, world.ASK, idempotency_key="clé", now=NOW)
        other = replace(world.ASK, budget_cents=50_000)
        with pytest.raises(SameKeyOtherAnswers):
            await open_request(session, other, idempotency_key="clé", now=NOW)


async def test_the_same_ask_of_the_same_person_is_one_request(database: Database) -> None:
    async with database.transaction() as session:
        one = await world.request(session)
        same = await world.request(session, email="HUGO.Petit@exemple.FR", first_name="hugo")
        later = await world.request(session, ends_on=date(2027, 12, 1))
    assert one == same != later
    assert await world.said(database) == ["request.opened", "request.opened"]


async def test_a_namesake_or_a_shared_address_is_another_person(database: Database) -> None:
    async with database.transaction() as session:
        await world.request(session)
        await world.request(session, first_name="Emma")
        await world.request(session, email="autre@exemple.fr")
        assert len((await session.execute(text("SELECT 1 FROM applicant"))).all()) == 3


async def test_a_public_form_changes_nothing_of_what_is_known(database: Database) -> None:
    async with database.transaction() as session:
        request_id = await world.request(session, phone="+33639980012")
        await world.request(session, phone="+33639980099", ends_on=date(2027, 12, 1))
        request = await session.get_one(HousingRequest, request_id)
        card = (await applicant_cards(session, [request.person_id]))[request.person_id]
    assert (card.last_name, card.first_name, card.phone) == ("Petit", "Hugo", "+33639980012")


async def test_an_erased_person_has_no_card(database: Database) -> None:
    async with database.transaction() as session:
        request = await session.get_one(HousingRequest, await world.request(session))
        (await session.get_one(Applicant, request.person_id)).erased_at = NOW
        await session.flush()
        assert await applicant_cards(session, [request.person_id]) == {}


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"placement_commune": "99999"}, "placement_commune"),
        ({"ends_on": date(2027, 5, 3)}, "ends_on"),
        ({"starts_on": date(1, 1, 1)}, "starts_on"),
    ],
)
async def test_a_false_answer_is_refused_with_its_field(
    database: Database, answers: dict[str, object], field: str
) -> None:
    async with database.transaction() as session:
        with pytest.raises(Invalid) as refused:
            await world.request(session, **answers)
    assert refused.value.field == field
    assert await world.said(database) == []


async def test_abandoning_closes_the_proposals(database: Database) -> None:
    async with database.transaction() as session:
        request_id = await world.request(session)
        await propose_offer(session, request_id, await world.offer(session), now=NOW)
    async with database.transaction() as session:
        await abandon_request(session, request_id, now=NOW)
        ended = await abandon_request(session, request_id, now=NOW)
    assert ended.state == RequestState.ABANDONED
    assert await world.reasons(database) == ["person"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"dpe": None}, "dpe"),
        ({"dpe": "G"}, "dpe"),
        ({"surface_m2": 8}, "surface_m2"),
        ({"commune": "00000"}, "commune"),
        ({"lat": 47.8}, "lat"),
    ],
)
async def test_a_home_that_may_not_be_let_is_not_published(
    database: Database, facts: dict[str, object], field: str
) -> None:
    async with database.transaction() as session:
        with pytest.raises(Invalid) as refused:
            await world.offer(session, **facts)
    assert refused.value.field == field


async def test_editing_checks_the_law_again(database: Database) -> None:
    async with database.transaction() as session:
        offer_id = await world.offer(session)
        facts = replace(world.STUDIO, title="Studio refait", dpe="B")
        await edit_offer(session, offer_id, facts, world.TERMS, now=NOW)
    async with database.transaction() as session:
        with pytest.raises(NotPublishable):
            await edit_offer(
                session, offer_id, replace(world.STUDIO, dpe="G"), world.TERMS, now=NOW
            )


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Vendôme (41269)", "41269"),
        ("vendome", "41269"),
        ("Mondoubleau", "41143"),
        ("  ROMORANTIN LANTHENAY ", "41194"),
    ],
)
async def test_a_commune_is_found_as_people_type_it(
    database: Database, typed: str, code: str
) -> None:
    async with database.transaction() as session:
        assert (await find_commune(session, typed, field="c")).code == code
    assert len(suggestions()) == 267


@pytest.mark.parametrize("typed", ["Atlantis", "", "saint", "x" * 5000])
async def test_a_vague_or_unknown_commune_is_asked_again(database: Database, typed: str) -> None:
    async with database.transaction() as session:
        with pytest.raises(Invalid, match=r"inconnue|Plusieurs"):
            await find_commune(session, typed, field="placement_commune")
