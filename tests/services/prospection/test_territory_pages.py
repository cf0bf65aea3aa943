"""The place « Territoires » and the API of communes, over ASGI."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from services.prospection.application.load_known_missions import load_known_missions
from services.prospection.queries.territory_access import AccessClass, access_class
from shared.persistence.tables import uuid7
from shared.territory.seed import seed
from tests.services.prospection.clock import NOW
from tests.services.prospection.site import Site, words
from tests.services.prospection.story import EVENING, the_evening, told

HOME = "/territoires"
YESTERDAY = NOW - timedelta(days=1)


@pytest.fixture
async def staff(site: Site) -> Site:
    """Give a browser of somebody who is in no list of readers, the territory being loaded."""
    async with site.database.transaction() as session:
        await seed(session)
    await site.sign_in("pilotage")
    return site


async def names(site: Site, query: str) -> list[str]:
    """The communes of a page of the list, in its order."""
    answer = await site.get(f"{HOME}?{query}")
    assert answer.status_code == 200
    found = re.findall(r'row"><a href="/prospection/territoires/communes/\w+">([^<]+)', answer.text)
    return [unescape(name) for name in found]


async def test_a_visitor_is_sent_to_sign_in_but_outlines_are_open(site: Site) -> None:
    assert (await site.get(HOME)).status_code == 303
    answer = await site.get(f"{HOME}/carte/communes.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    assert len(answer.json()["features"]) == 267
    assert (await site.get(f"{HOME}/carte/departement.geojson")).status_code == 200


@pytest.mark.parametrize(
    "path", ["", "/intercommunalites", "/secteurs", "/ecoles-et-congres", "/communes/41269"]
)
async def test_every_page_has_one_title_and_no_style_of_its_own(staff: Site, path: str) -> None:
    answer = await staff.get(f"{HOME}{path}")
    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1
    assert "style=" not in answer.text
    assert 'href="/prospection/territoires" aria-current="page"' in answer.text


async def test_the_whole_list_is_read_page_by_page(staff: Site) -> None:
    for sort in ("", "tri=population", "tri=apl"):
        seen: list[str] = []
        address = f"/prospection{HOME}?{sort}"
        while address:
            answer = await staff.get(address.removeprefix("/prospection"))
            seen += re.findall(r'<th scope="row"><a href="[^"]+/(\w+)"', answer.text)
            following = re.search(r'href="([^"]+)" rel="next"', answer.text)
            address = unescape(following[1]) if following else ""
        assert len(seen) == len(set(seen)) == 267
    assert "267 communes dans le département" in words(await staff.get(HOME))


async def test_the_list_is_sorted_by_name_population_or_access(staff: Site) -> None:
    assert (await names(staff, ""))[:2] == ["Ambloy", "Angé"]
    assert (await names(staff, "tri=population"))[:3] == [
        "Blois",
        "Romorantin-Lanthenay",
        "Vendôme",
    ]
    assert (await names(staff, "tri=apl"))[0] == "Mondoubleau"
    assert (await names(staff, "tri=rien"))[0] == "Ambloy"


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("vendome", "Vendôme"),
        ("ST AIGNAN", "Saint-Aignan"),
        ("41100", "Vendôme"),
        ("41269", "Vendôme"),
        ("Contres", "Le Controis-en-Sologne"),
        ("41111", "Romorantin-Lanthenay"),
    ],
)
async def test_a_commune_is_found_however_it_is_called(staff: Site, q: str, found: str) -> None:
    assert found in await names(staff, f"q={q}")


async def test_a_search_says_why_and_puts_the_best_match_first(staff: Site) -> None:
    assert (await names(staff, "q=blois"))[0] == "Blois"
    shown = words(await staff.get(f"{HOME}?q=contres"))
    assert "commune déléguée : Contres" in shown
    assert "Aucune commune ne correspond" in words(await staff.get(f"{HOME}?q=%3F"))


async def test_the_list_is_narrowed_by_body_and_by_access(staff: Site) -> None:
    shown = words(await staff.get(f"{HOME}?epci=244100293"))
    assert "12 communes correspondent" in shown
    assert "CC des Collines du Perche , retirer ce filtre" in shown
    low = await staff.get(f"{HOME}?sous_dotees=oui&tri=apl")
    assert words(low).count("sous-dotée ") >= 30
    both = await names(staff, "epci=244100293&sous_dotees=oui")
    assert "Mondoubleau" in both
    assert "267 communes" in words(await staff.get(f"{HOME}?epci=inconnue"))


async def test_the_map_and_its_legend_say_the_same_in_words(staff: Site) -> None:
    zones = (await staff.get(f"{HOME}/carte/apl.json")).json()
    assert len(zones) == 267
    assert zones["41143"] == {
        "classe": "1",
        "label": "Mondoubleau\u00a0: APL 0,5",
        "url": "/prospection/territoires/communes/41143",
    }
    shown = words(await staff.get(HOME))
    low = sum(zone["classe"] == "2" for zone in zones.values())
    assert f"sous-dotée ({low} communes)" in shown


def test_a_class_changes_at_its_limit_and_unknown_is_not_zero() -> None:
    assert access_class(None) is AccessClass.UNKNOWN
    assert access_class(Decimal("0.0")) is AccessClass.VERY_LOW
    assert access_class(Decimal("2.4")) is AccessClass.LOW
    assert access_class(Decimal("2.5")) is AccessClass.MIDDLE
    assert access_class(Decimal("3.5")) is AccessClass.HIGH


async def test_bodies_are_counted_inside_the_departement(staff: Site) -> None:
    shown = words(await staff.get(f"{HOME}/intercommunalites"))
    assert "12 intercommunalités" in shown
    assert "en partie hors du département 4 " in shown


async def test_every_sector_is_said_to_be_a_hypothesis_and_why(staff: Site) -> None:
    shown = words(await staff.get(f"{HOME}/secteurs"))
    assert shown.count("Hypothèse à valider ") == 6
    assert "n’a pas été trouvé" in shown
    assert "référentiel daté et modifiable" in shown
    assert shown.count("Confiance haute") == 10
    assert shown.count("Confiance faible") == 1
    assert "au 1er janvier 2026" in shown


async def test_schools_and_congresses_lead_to_their_mission_for_who_may_read_it(
    staff: Site,
) -> None:
    async with staff.database.transaction() as session:
        await load_known_missions(session, now=NOW)
    alone = await staff.get(f"{HOME}/ecoles-et-congres")
    assert "/prospection/missions/" not in alone.text
    assert "Congrès national ISNAR-IMG À vérifier" in words(alone)
    assert "UFR de médecine d'Orléans À vérifier" in words(alone)
    await staff.sign_in("prospection")
    linked = await staff.get(f"{HOME}/ecoles-et-congres")
    assert len(re.findall(r'row"><a href="/prospection/missions/', linked.text)) == 10


async def test_a_commune_tells_its_facts_and_where_they_come_from(staff: Site) -> None:
    shown = words(await staff.get(f"{HOME}/communes/41059"))
    for said in (
        "Le Controis-en-Sologne",
        "CC Val-de-Cher-Controis",
        "Secteur Contres Hypothèse à valider",
        "Distance de Blois environ",
        "Distance de Vendôme environ",
        "Aucune rencontre publiée à venir ici.",
        "INSEE",
        "DREES",
        "IGN",
        "Licence Ouverte",
    ):
        assert said in shown
    assert "Distance de Vendôme" not in words(await staff.get(f"{HOME}/communes/41269"))


async def test_a_neighbour_outside_the_departement_has_no_known_access(staff: Site) -> None:
    shown = words(await staff.get(f"{HOME}/communes/45234"))
    assert "APL inconnue ici" in shown
    assert "Secteur —" in shown


async def test_the_code_of_before_leads_to_the_commune_of_today(staff: Site) -> None:
    moved = await staff.get(f"{HOME}/communes/41111")
    assert moved.headers["location"] == "/prospection/territoires/communes/41194"
    for unknown in ("41999", "vendome", "41%00%2069"):
        assert (await staff.get(f"{HOME}/communes/{unknown}")).status_code == 404


async def test_evenings_to_come_are_on_the_page_of_their_commune(staff: Site) -> None:
    evening = the_evening()
    over = {"event_id": uuid7(), "title": "Soirée passée", "starts_at": YESTERDAY}
    past = evening.model_copy(update=over | {"ends_at": YESTERDAY})
    async with staff.database.transaction() as session:
        await told(session, evening)
        await told(session, past)
    answer = await staff.get(f"{HOME}/communes/41269")
    assert "Soirée d'accueil de Vendôme Jeudi 20 mai 2027 à 19 h" in words(answer)
    assert "Salle des fêtes" in words(answer)
    assert answer.text.count(f"/events/agence/soirees/{EVENING}") == 1
    assert "Soirée passée" not in words(answer)


async def test_scripts_of_any_role_read_communes_page_by_page(staff: Site) -> None:
    codes: list[str] = []
    cursor = ""
    while True:
        body = (await staff.read(f"/communes?limit=100{cursor}", "logement")).json()
        codes += [one["code"] for one in body["items"]]
        if body["next"] is None:
            break
        cursor = f"&cursor={body['next']}"
    assert len(codes) == len(set(codes)) == 267
    for role in ("prospection", "evenements", "elu"):
        found = (await staff.read("/communes?q=mondoubleau", role)).json()["items"]
        assert found[0]["apl"] == {"value": 0.5, "year": 2023, "underserved": True}
        assert found[0]["sector"] == {"name": "Vendôme", "hypothesis": True}


async def test_scripts_read_one_commune_or_a_problem(staff: Site) -> None:
    one = (await staff.read("/communes/41269", "evenements")).json()
    assert (one["name"], one["department"], "41100" in one["postal_codes"]) == (
        "Vendôme",
        "41",
        True,
    )
    assert (await staff.read("/communes/41111")).json()["code"] == "41194"
    unknown = await staff.read("/communes/41999")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problemes/introuvable")
    assert unknown.headers["content-type"] == "application/problem+json"
    wrong = await staff.read("/communes?cursor=abc")
    assert wrong.status_code == 422
    other = (await staff.read("/communes?limit=1")).json()["next"]
    assert (await staff.read(f"/communes?q=blois&cursor={other}")).status_code == 422


async def test_a_script_without_a_token_is_refused(staff: Site) -> None:
    staff.client.cookies.clear()
    answer = await staff.client.get("/prospection/api/v1/communes")
    assert answer.status_code == 401
