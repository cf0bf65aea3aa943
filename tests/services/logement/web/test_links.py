"""The links of letters: opening changes nothing, answering twice says the same."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from services.logement.application.accept_proposal import accept_proposal
from services.logement.application.cancel_stay import cancel_stay
from services.logement.application.propose_offer import propose_offer
from services.logement.domain.proposal import Proposal
from services.logement.domain.request import HousingRequest
from services.logement.domain.stay import Stay
from tests.services.logement import world
from tests.services.logement.moments import NOW
from tests.services.logement.site import Site, words

pytestmark = pytest.mark.postgres


async def proposed(site: Site, *names: str) -> list[UUID]:
    """The same studio proposed to each of these persons."""
    async with site.database.transaction() as session:
        offer_id = await world.offer(session)
        asks = [
            await world.request(session, first_name=name, email=f"{name.lower()}@exemple.fr")
            for name in names
        ]
        made = [await propose_offer(session, ask, offer_id, now=NOW) for ask in asks]
    return [proposal.id for proposal in made]


async def stay_of(site: Site, proposal_id: UUID) -> Stay:
    async with site.database.transaction() as session:
        query = select(Stay).where(col(Stay.proposal_id) == proposal_id)
        return (await session.exec(query)).one()


async def test_opening_the_link_shows_the_home_without_its_address_and_changes_nothing(
    site: Site,
) -> None:
    (proposal,) = await proposed(site, "Hugo")
    link = site.link("answer-proposal", proposal)
    before = await world.said(site.database)
    for _ in range(2):
        seen = await site.get(f"/proposition?lien={link}")
        assert seen.status_code == 200
        assert "Un logement vous est proposé" in words(seen)
        assert "lundi 8 mars 2027 à 20 h" in words(seen)
        assert "3 rue inventée" not in seen.text
    assert await world.said(site.database) == before


async def test_accepting_twice_says_kindly_the_same(site: Site) -> None:
    (proposal,) = await proposed(site, "Hugo")
    link = site.link("answer-proposal", proposal)
    for _ in range(2):
        answered = await site.post("/proposition/acceptation", lien=link)
        assert answered.status_code == 303
        seen = await site.client.get(answered.headers["location"])
        assert "réservé pour vous" in words(seen)
    assert (await world.said(site.database)).count("stay.booked") == 1
    late = await site.post("/proposition/refus", lien=link)
    assert "réservé pour vous" in words(await site.client.get(late.headers["location"]))


async def test_the_one_who_comes_second_reads_why(site: Site) -> None:
    first, second = await proposed(site, "Hugo", "Léa")
    await site.post("/proposition/acceptation", lien=site.link("answer-proposal", first))
    link = site.link("answer-proposal", second)
    answered = await site.post("/proposition/acceptation", lien=link)
    seen = words(await site.client.get(answered.headers["location"]))
    assert "vient d'être attribué" in seen
    assert "votre demande reste ouverte" in seen


async def test_declining_keeps_the_request_open(site: Site) -> None:
    (proposal,) = await proposed(site, "Hugo")
    link = site.link("answer-proposal", proposal)
    answered = await site.post("/proposition/refus", lien=link)
    assert "Vous avez refusé" in words(await site.client.get(answered.headers["location"]))


async def test_a_late_link_offers_a_new_proposal_in_one_tap(site: Site) -> None:
    (proposal,) = await proposed(site, "Hugo")
    link = site.link("answer-proposal", proposal)
    site.wait(timedelta(days=8))
    late = await site.get(f"/proposition?lien={link}")
    assert late.status_code == 410
    assert "Demander une nouvelle proposition" in words(late)
    accepted = await site.post("/proposition/acceptation", lien=link)
    assert accepted.status_code == 303
    assert "stay.booked" not in await world.said(site.database)
    for _ in range(2):
        await site.post("/proposition/relance", lien=link)
    assert "C'est noté" in words(await site.get(f"/proposition?lien={link}"))
    await site.sign_in("logement")
    assert "Attend de vos nouvelles" in words(await site.get("/demandes"))


@pytest.mark.parametrize("path", ["/proposition?lien=faux", "/demande", "/sejour?lien="])
async def test_a_false_link_is_refused_with_a_sentence(site: Site, path: str) -> None:
    refused = await site.get(path)
    assert refused.status_code == 404
    assert "Ce lien n'est pas valable" in words(refused)


async def test_a_link_serves_one_purpose_and_an_older_epoch_is_refused(site: Site) -> None:
    (proposal,) = await proposed(site, "Hugo")
    other = site.link("see-stay", proposal)
    assert (await site.get(f"/proposition?lien={other}")).status_code == 404
    old = site.link("answer-proposal", proposal, epoch=0)
    assert (await site.get(f"/proposition?lien={old}")).status_code == 410
    assert (await site.post("/proposition/acceptation", lien=old)).status_code == 410


async def test_the_request_link_leads_to_the_answer_and_to_the_stay(site: Site) -> None:
    (proposal,) = await proposed(site, "Hugo")
    async with site.database.transaction() as session:
        request_id = (await session.get_one(Proposal, proposal)).request_id
    link = site.link("see-request", request_id)
    seen = await site.get(f"/demande?lien={link}")
    assert "votre réponse est attendue" in words(seen)
    answer = seen.text.split('href="/logement/proposition?lien=')[1].split('"')[0]
    assert (await site.get(f"/proposition?lien={answer}")).status_code == 200
    async with site.database.transaction() as session:
        await accept_proposal(session, proposal, now=NOW)
    seen = await site.get(f"/demande?lien={link}")
    stay = seen.text.split('href="/logement/sejour?lien=')[1].split('"')[0]
    assert "3 rue inventée" in words(await site.get(f"/sejour?lien={stay}"))


async def test_the_request_may_be_abandoned_by_its_link(site: Site) -> None:
    (proposal,) = await proposed(site, "Hugo")
    async with site.database.transaction() as session:
        request_id = (await session.get_one(Proposal, proposal)).request_id
    link = site.link("see-request", request_id)
    for _ in range(2):
        assert (await site.post("/demande/abandon", lien=link)).status_code == 303
    assert "Cette demande est close" in words(await site.get(f"/demande?lien={link}"))
    assert await world.reasons(site.database) == ["person"]


async def test_an_old_request_link_asks_for_another_in_one_tap(site: Site) -> None:
    async with site.database.transaction() as session:
        request_id = await world.request(session)
    link = site.link("see-request", request_id)
    site.wait(timedelta(days=30))
    old = await site.get(f"/demande?lien={link}")
    assert old.status_code == 410
    assert "Budget" not in words(old)
    await site.post("/demande/relance", lien=link)
    async with site.database.transaction() as session:
        assert (await session.get_one(HousingRequest, request_id)).link_asked_at == site.now


async def test_the_stay_shows_its_address_until_it_is_cancelled(site: Site) -> None:
    (proposal,) = await proposed(site, "Hugo")
    async with site.database.transaction() as session:
        await accept_proposal(session, proposal, now=NOW)
    stay = await stay_of(site, proposal)
    link = site.link("see-stay", stay.id)
    assert "3 rue inventée" in words(await site.get(f"/sejour?lien={link}"))
    async with site.database.transaction() as session:
        await cancel_stay(session, stay.id, now=NOW)
    seen = await site.get(f"/sejour?lien={link}")
    assert "annulé" in words(seen)
    assert "3 rue inventée" not in seen.text
    answer = site.link("answer-proposal", proposal)
    assert "Ce séjour a été annulé" in words(await site.get(f"/proposition?lien={answer}"))
