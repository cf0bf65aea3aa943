"""Asking for a home on a phone, without account and without JavaScript."""

import re
from typing import Any

import pytest

from tests.services.logement import world
from tests.services.logement.site import Site, words

pytestmark = pytest.mark.postgres

ANSWERS = {
    "key": "une-clé",
    "first_name": "Hugo",
    "last_name": "Petit",
    "email": "hugo.petit@exemple.fr",
    "phone": "06 39 98 00 34",
    "placement_commune": "Vendôme (41269)",
    "starts_on": "2027-05-03",
    "ends_on": "01/11/2027",
    "budget": "450,50 €",
    "has_car": "false",
    "household_size": "1",
    "children": "0",
    "notes": "",
}


async def test_the_home_page_explains_and_leads_to_the_form(site: Site) -> None:
    home = await site.get("/")
    assert home.status_code == 200
    assert home.text.count("<h1") == 1
    assert "/logement/demande/nouvelle" in home.text
    form = await site.get("/demande/nouvelle")
    assert '<option value="Vendôme (41269)">' in form.text
    assert re.search(r'name="key" value="[0-9a-f-]{36}"', form.text)
    for page in (home, form):
        assert not re.search(r"<script(?![^>]*src=)|style=|onclick=", page.text)


async def test_answers_are_checked_then_sent_and_pressed_twice_it_is_one_request(
    site: Site,
) -> None:
    checked = await site.post("/demande/verification", **ANSWERS)
    assert checked.status_code == 200
    assert "450,50 €" in words(checked)
    assert "lundi 3 mai 2027" in words(checked)
    assert await world.said(site.database) == []
    for _ in range(2):
        sent = await site.post("/demande/envoi", **ANSWERS)
        assert (sent.status_code, sent.headers["location"]) == (303, "/logement/demande/merci")
    assert await world.said(site.database) == ["request.opened"]
    assert "est enregistrée" in words(await site.get("/demande/merci"))


async def test_correcting_shows_the_form_with_what_was_typed(site: Site) -> None:
    again = await site.post("/demande/verification", **ANSWERS, suite="corriger")
    assert again.status_code == 200
    assert 'value="hugo.petit@exemple.fr"' in again.text
    assert 'value="une-clé"' in again.text


async def test_going_back_and_changing_an_answer_already_sent_is_said_kindly(site: Site) -> None:
    await site.post("/demande/envoi", **ANSWERS)
    again = await site.post("/demande/envoi", **(ANSWERS | {"budget": "600"}))
    assert again.status_code == 422
    assert "Elle est bien enregistrée" in words(again)
    assert await world.said(site.database) == ["request.opened"]


@pytest.mark.parametrize(
    ("answers", "sentence", "field"),
    [
        ({"first_name": " "}, "Indiquez le prénom.", "first_name"),
        ({"email": "hugo"}, "n'a pas la bonne forme", "email"),
        ({"phone": "12"}, "Ce numéro n'a pas la bonne forme", "phone"),
        ({"starts_on": "31/02/2027"}, "Indiquez la date d'arrivée", "starts_on"),
        ({"starts_on": "0001-01-01"}, "pas plausible", "starts_on"),
        ({"ends_on": "2027-05-03"}, "doit être après la date d'arrivée", "ends_on"),
        ({"budget": "beaucoup"}, "Indiquez un budget", "budget"),
        ({"budget": "0"}, "Indiquez un budget", "budget"),
        ({"has_car": ""}, "oui ou non", "has_car"),
        ({"household_size": "0"}, "Indiquez le nombre de personnes", "household_size"),
        ({"placement_commune": "Atlantis"}, "Cette commune est inconnue", "placement_commune"),
        ({"placement_commune": ""}, "Indiquez la commune du stage", "placement_commune"),
        ({"notes": "x" * 2001}, "trop long : 2000 caractères", "notes"),
        ({"last_name": "Pe\x00tit"}, "caractère invisible", "last_name"),
    ],
)
async def test_a_mistake_is_named_beside_its_field_and_nothing_typed_is_lost(
    site: Site, answers: dict[str, Any], sentence: str, field: str
) -> None:
    refused = await site.post("/demande/envoi", **(ANSWERS | answers))
    assert refused.status_code == 422
    assert sentence in words(refused)
    assert f'id="erreur-{field}"' in refused.text
    assert 'value="Vendôme (41269)"' in refused.text
    assert await world.said(site.database) == []


async def test_an_international_address_is_accepted(site: Site) -> None:
    sent = await site.post("/demande/envoi", **(ANSWERS | {"email": "hugo@hôpital-exemple.fr"}))
    assert sent.status_code == 303


async def test_three_megabytes_in_a_field_are_refused_without_harm(site: Site) -> None:
    refused = await site.post("/demande/envoi", **(ANSWERS | {"notes": "x" * 3_000_000}))
    assert refused.status_code == 413
    assert await world.said(site.database) == []


async def test_the_outlines_of_the_map_are_served_by_ourselves(site: Site) -> None:
    outline = await site.get("/carte/departement.geojson")
    assert outline.status_code == 200
    assert outline.json()["type"] == "FeatureCollection"
    assert len((await site.get("/carte/communes.geojson")).json()["features"]) == 267


@pytest.mark.parametrize(
    "name", ["Gagnez sur http://ailleurs.example", "ailleurs.fr", "<b>Hugo</b>", "a\x00b", "---"]
)
async def test_a_name_cannot_carry_the_address_of_a_site(site: Site, name: str) -> None:
    answer = await site.post("/demande/envoi", **ANSWERS | {"first_name": name})
    assert answer.status_code == 422
    assert await world.said(site.database) == []


async def test_a_forged_key_changes_nothing(site: Site) -> None:
    for key in ("a\x00b", "", "k" * 500):
        sent = await site.post("/demande/envoi", **ANSWERS | {"key": key})
        assert sent.status_code == 303


async def test_the_domain_of_rehearsals_is_accepted(site: Site) -> None:
    sent = await site.post("/demande/envoi", **ANSWERS | {"email": "hugo@etudiant.test"})
    assert sent.status_code == 303
    refused = await site.post("/demande/envoi", **ANSWERS | {"email": "hugo@test"})
    assert refused.status_code == 422
