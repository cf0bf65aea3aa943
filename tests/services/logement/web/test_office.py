"""The housing cell's pages."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from services.logement.application.fill_demo import fill_demo
from services.logement.domain.dwelling import Offer
from services.logement.domain.proposal import Proposal
from services.logement.domain.stay import Stay
from tests.services.logement import world
from tests.services.logement.moments import NOW
from tests.services.logement.site import Site, words

pytestmark = pytest.mark.postgres

HOME = {
    "title": "Studio neuf",
    "kind": "studio",
    "commune": "vendome",
    "address": "1 rue inventée",
    "surface_m2": "20",
    "rooms": "1",
    "sleeps": "1",
    "dpe": "C",
    "rent": "410",
    "available_from": "2027-04-01",
    "available_to": "2028-04-01",
    "furnished": "true",
    "published": "true",
}


async def waiting_request(site: Site) -> UUID:
    async with site.database.transaction() as session:
        await world.offer(session)
        await world.offer(session, title="Chambre du centre", dpe="D")
        await world.offer(session, title="Loin", commune="41194")
        return await world.request(session)


@pytest.mark.parametrize("path", ["/demandes", "/offres", "/sejours", "/offres/nouvelle"])
async def test_pages_of_the_cell_ask_to_sign_in_and_for_the_role(site: Site, path: str) -> None:
    away = await site.get(path)
    assert away.status_code == 303
    assert "/session/debut" in away.headers["location"]
    await site.sign_in("evenements")
    assert (await site.get(path)).status_code == 403


async def test_an_empty_cell_says_what_to_do_next(site: Site) -> None:
    await site.sign_in("logement")
    for path in ("/demandes", "/offres", "/sejours"):
        seen = await site.get(path)
        assert seen.status_code == 200
        assert 'class="vide"' in seen.text
        assert seen.text.count("<h1") == 1


async def test_the_match_page_ranks_explains_and_draws(site: Site) -> None:
    request_id = await waiting_request(site)
    await site.sign_in("logement")
    seen = await site.get(f"/demandes/{request_id}")
    said = words(seen)
    assert seen.status_code == 200
    assert "3 logements possibles" in said
    assert said.index("1. Studio de la gare") < said.index("3. Loin")
    assert "Dans la commune du stage" in said
    assert "sans voiture, un transport" not in said
    assert "Pourquoi ce rang" in said
    assert "data-points=" in seen.text
    assert "style=" not in seen.text
    assert (await site.get(f"/demandes/{UUID(int=1)}")).status_code == 404


async def test_proposing_twice_then_withdrawing(site: Site) -> None:
    request_id = await waiting_request(site)
    await site.sign_in("logement")
    async with site.database.transaction() as session:
        offer_id = (await session.exec(select(Offer.id))).first()
    path = f"/demandes/{request_id}/propositions"
    assert (await site.post(path, offer_id=offer_id)).status_code == 303
    assert "Logement proposé" in words(await site.get(f"/demandes/{request_id}"))
    await site.post(path, offer_id=offer_id)
    assert "déjà proposé" in words(await site.get(f"/demandes/{request_id}"))
    async with site.database.transaction() as session:
        proposal = (await session.exec(select(Proposal))).one()
    assert "Réponse attendue" in words(await site.get("/demandes?etat=proposed"))
    for _ in range(2):
        await site.post(f"/propositions/{proposal.id}/retrait")
    assert await world.reasons(site.database) == ["withdrawn"]


async def test_a_form_without_its_token_is_refused(site: Site) -> None:
    request_id = await waiting_request(site)
    await site.sign_in("logement")
    refused = await site.post(f"/demandes/{request_id}/abandon", csrf_token="autre")
    assert refused.status_code == 403


async def test_the_list_is_filtered_by_state_and_by_name(site: Site) -> None:
    await waiting_request(site)
    await site.sign_in("direction")
    assert "Hugo Petit" in words(await site.get("/demandes?q=PÉTIT"))
    assert "Hugo Petit" in words(await site.get("/demandes?q=vendô&etat=open"))
    assert "Aucune demande ne correspond" in words(await site.get("/demandes?etat=placed"))
    assert "Aucune demande ne correspond" in words(await site.get("/demandes?q=a%25"))
    assert (await site.get("/demandes?etat=nimporte&suite=50")).status_code == 200


async def test_a_home_is_added_shown_and_corrected(site: Site) -> None:
    await site.sign_in("logement")
    assert (await site.post("/offres", **HOME)).status_code == 303
    assert "410 €" in words(await site.get("/offres"))
    async with site.database.transaction() as session:
        offer_id = (await session.exec(select(Offer.id))).one()
    shown = await site.get(f"/offres/{offer_id}")
    assert 'value="Vendôme (41269)"' in shown.text
    changed = HOME | {"rent": "395,5", "lat": "47.79", "lon": "1.06"}
    assert (await site.post(f"/offres/{offer_id}", **changed)).status_code == 303
    assert 'value="395,50"' in (await site.get(f"/offres/{offer_id}")).text


@pytest.mark.parametrize(
    ("facts", "sentence", "field"),
    [
        ({"dpe": "G"}, "ne peut plus être loué", "dpe"),
        ({"dpe": ""}, "Classe énergétique (DPE) inconnue", "dpe"),
        ({"surface_m2": "8"}, "le minimum est de 9 m²", "surface_m2"),
        ({"surface_m2": "grand"}, "Indiquez la surface", "surface_m2"),
        ({"available_to": "2027-04-01"}, "doit être après", "available_to"),
        ({"commune": "Atlantis"}, "inconnue", "commune"),
        ({"title": ""}, "Donnez un nom", "title"),
        ({"rent": "x"}, "Indiquez un loyer", "rent"),
        ({"lat": "47.79"}, "latitude et la longitude", "lat"),
        ({"kind": "chateau"}, "Choisissez le type", "kind"),
    ],
)
async def test_a_home_that_may_not_be_let_comes_back_with_why(
    site: Site, facts: dict[str, Any], sentence: str, field: str
) -> None:
    await site.sign_in("logement")
    refused = await site.post("/offres", **(HOME | facts))
    assert refused.status_code == 422
    assert sentence in words(refused)
    assert f'id="erreur-{field}"' in refused.text
    assert "Aucun logement" in words(await site.get("/offres"))


async def test_the_board_of_arrivals_shows_and_cancels(site: Site) -> None:
    request_id = await waiting_request(site)
    await site.sign_in("logement")
    async with site.database.transaction() as session:
        offer_id = (await session.exec(select(Offer.id))).first()
    await site.post(f"/demandes/{request_id}/propositions", offer_id=offer_id)
    async with site.database.transaction() as session:
        proposal = (await session.exec(select(Proposal))).one()
    link = site.link("answer-proposal", proposal.id)
    await site.post("/proposition/acceptation", lien=link)
    board = words(await site.get("/sejours"))
    assert "lundi 3 mai 2027" in board
    assert "Hugo Petit" in board
    async with site.database.transaction() as session:
        stay = (await session.exec(select(Stay))).one()
    await site.post(f"/sejours/{stay.id}/annulation")
    assert "Aucune arrivée prévue" in words(await site.get("/sejours"))
    assert "Séjour annulé" not in words(await site.get("/sejours"))


async def test_the_running_job_expires_what_nobody_answered(site: Site) -> None:
    request_id = await waiting_request(site)
    await site.sign_in("logement")
    async with site.database.transaction() as session:
        offer_id = (await session.exec(select(Offer.id))).first()
    await site.post(f"/demandes/{request_id}/propositions", offer_id=offer_id)
    (job,) = site.running.service.jobs
    await job.run(site.running.resources)
    assert await world.reasons(site.database) == []
    site.wait(timedelta(days=8))
    await job.run(site.running.resources)
    assert await world.reasons(site.database) == ["expired"]
    await site.sign_in("logement")
    assert "À traiter" in words(await site.get(f"/demandes/{request_id}"))


async def test_the_demo_fills_the_cell_once(site: Site) -> None:
    for _ in range(2):
        await site.running.load_demo()
    await site.sign_in("logement")
    async with site.database.transaction() as session:
        assert len((await session.exec(select(Offer.id))).all()) == 10
    assert (await world.said(site.database)).count("request.opened") == 2
    listed = words(await site.get("/demandes"))
    assert "Salomé Diallo-Bernard" in listed
    async with site.database.transaction() as session:
        await fill_demo(session, NOW)


async def test_a_search_that_no_database_text_holds_finds_nothing(site: Site) -> None:
    await site.sign_in("logement")
    for words_typed in ("a%00b", "%00", "%25_", "%5C"):
        assert (await site.get(f"/demandes?q={words_typed}")).status_code == 200
