"""The territory of the Loir-et-Cher, read back from a real PostgreSQL."""

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.territory import queries as territory
from shared.territory import seed as seeding
from shared.territory.seed import seed

pytestmark = pytest.mark.postgres


async def count(connection: AsyncConnection, sql: str) -> int:
    return int((await connection.execute(text(sql))).scalar_one())


async def test_the_267_communes_and_their_neighbours_are_loaded(loaded: AsyncConnection) -> None:
    ours = "SELECT count(*) FROM territory_commune WHERE department = '41'"
    others = "SELECT count(*) FROM territory_commune WHERE department <> '41'"
    assert await count(loaded, ours) == 267
    assert await count(loaded, others) == 1839


async def test_populations_of_communes_and_of_epci_are_two_different_sums(
    loaded: AsyncConnection,
) -> None:
    communes = "SELECT sum(population) FROM territory_commune WHERE department = '41'"
    assert await count(loaded, communes) == 328_543
    epci = await territory.epci_list(loaded)
    assert len(epci) == 12
    assert sum(body.population_in_department for body in epci) == 328_953
    assert sum(body.communes_in_department for body in epci) == 267
    assert epci[0].name == 'CA de Blois "Agglopolys"'


async def test_every_epci_of_a_commune_of_the_departement_is_known(
    loaded: AsyncConnection,
) -> None:
    orphans = (
        "SELECT count(*) FROM territory_commune WHERE department = '41' "
        "AND epci_siren NOT IN (SELECT siren FROM territory_epci)"
    )
    assert await count(loaded, orphans) == 0


async def test_the_five_sectors_are_all_shown_as_hypotheses(loaded: AsyncConnection) -> None:
    sectors = await territory.sectors(loaded)
    names = [sector.name for sector in sectors]
    assert sorted(names) == [
        "Blois-Agglomération",
        "Contres",
        "Nord-Loire",
        "Romorantin-Lanthenay",
        "Vendôme",
    ]
    assert all(sector.hypothesis for sector in sectors)
    assert sum(sector.communes for sector in sectors) == 267
    assert sum(sector.population for sector in sectors) == 328_953
    weakest = [p.epci_name for s in sectors for p in s.parts if p.confidence == "faible"]
    assert weakest == ["CC du Grand Chambord"]


async def test_vendome_is_41269_with_its_position_and_access_to_doctors(
    loaded: AsyncConnection,
) -> None:
    vendome = await territory.commune(loaded, "41269")
    assert vendome is not None
    assert vendome.name == "Vendôme"
    assert vendome.population == 15_758
    assert vendome.postal_codes == ("41100",)
    assert vendome.epci_name == "CA Territoires Vendômois"
    assert (vendome.lat, vendome.lon) == (47.8014, 1.0611)
    assert vendome.apl_mg == Decimal("2.6")
    assert vendome.apl_year == 2023
    assert territory.underserved(vendome) is False


async def test_mondoubleau_has_the_worst_access_and_is_underserved(
    loaded: AsyncConnection,
) -> None:
    mondoubleau = await territory.commune(loaded, "41143")
    assert mondoubleau is not None
    assert mondoubleau.apl_mg == Decimal("0.5")
    assert territory.underserved(mondoubleau) is True
    lowest = "SELECT count(*) FROM territory_commune WHERE apl_mg <= 0.5"
    assert await count(loaded, lowest) == 1


async def test_a_neighbour_without_measure_is_unknown_not_zero(loaded: AsyncConnection) -> None:
    found = await territory.search_communes(loaded, "Tours", department=None)
    assert found[0].name == "Tours"
    assert found[0].department == "37"
    assert found[0].apl_mg is None
    assert territory.underserved(found[0]) is None


@pytest.mark.parametrize("code", ["41999", "41100 ", "", "2A004", "x'; DROP", "41111", "41064"])
async def test_an_unknown_delegated_or_postal_code_is_no_commune(
    loaded: AsyncConnection, code: str
) -> None:
    assert await territory.commune(loaded, code) is None


@pytest.mark.parametrize(
    ("code", "now"),
    [("41064", "41055"), ("41055", "41055"), ("41111", "41194"), ("41023", "41151")],
)
async def test_an_old_code_leads_to_the_commune_of_today(
    loaded: AsyncConnection, code: str, now: str
) -> None:
    found = await territory.current_commune(loaded, code)
    assert found is not None
    assert found.code == now


async def test_an_old_code_of_nothing_leads_nowhere(loaded: AsyncConnection) -> None:
    assert await territory.current_commune(loaded, "41999") is None


@pytest.mark.parametrize(
    "typed", ["vendome", "VENDÔME", " Vendôme ", "Vend", "romorantin lanthenay"]
)
async def test_a_name_is_found_without_accent_case_or_hyphen(
    loaded: AsyncConnection, typed: str
) -> None:
    found = await territory.search_communes(loaded, typed)
    assert found[0].code in {"41269", "41194"}
    assert found[0].reason == "nom"


async def test_an_abbreviated_saint_and_a_word_inside_a_name_are_found(
    loaded: AsyncConnection,
) -> None:
    saint = await territory.search_communes(loaded, "St Aignan")
    assert saint[0].name == "Saint-Aignan"
    inside = await territory.search_communes(loaded, "Controis")
    assert [c.name for c in inside] == ["Le Controis-en-Sologne"]


async def test_a_delegated_commune_leads_to_its_commune_and_says_so(
    loaded: AsyncConnection,
) -> None:
    found = await territory.search_communes(loaded, "Contres")
    assert found[0].code == "41059"
    assert found[0].reason == "commune déléguée\u00a0: Contres"
    onzain = await territory.search_communes(loaded, "onzain")
    assert [c.name for c in onzain] == ["Veuzain-sur-Loire"]


async def test_41200_is_a_postal_code_and_the_insee_code_of_another_commune(
    loaded: AsyncConnection,
) -> None:
    found = await territory.search_communes(loaded, "41200")
    reasons = {commune.name: commune.reason for commune in found}
    assert found[0].name == "Sainte-Anne"
    assert reasons["Sainte-Anne"] == "code INSEE 41200"
    assert reasons["Romorantin-Lanthenay"] == "code postal 41200"
    assert len(found) == 7


async def test_romorantin_is_found_by_its_two_insee_codes(loaded: AsyncConnection) -> None:
    now = await territory.search_communes(loaded, "41194")
    assert [c.name for c in now] == ["Romorantin-Lanthenay"]
    old = await territory.search_communes(loaded, "41111")
    assert [c.name for c in old] == ["Romorantin-Lanthenay"]
    assert old[0].reason == "ancien code 41111\u00a0: Lanthenay"


async def test_the_start_of_a_postal_code_finds_the_most_populated_first(
    loaded: AsyncConnection,
) -> None:
    found = await territory.search_communes(loaded, "410", limit=3)
    assert found[0].name == "Blois"
    assert len(found) == 3


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "'", "zzzz", "99999", "é" * 5000])
async def test_a_senseless_search_finds_nothing(loaded: AsyncConnection, typed: str) -> None:
    assert await territory.search_communes(loaded, typed) == []


async def test_neighbours_are_searched_only_on_request(loaded: AsyncConnection) -> None:
    assert await territory.search_communes(loaded, "Amboise") == []
    found = await territory.search_communes(loaded, "Amboise", department="37")
    assert [c.name for c in found] == ["Amboise"]


async def test_distance_is_the_great_circle_and_the_road_is_an_estimate(
    loaded: AsyncConnection,
) -> None:
    blois = await territory.commune(loaded, "41018")
    vendome = await territory.commune(loaded, "41269")
    assert blois is not None
    assert vendome is not None
    direct = territory.distance_km(blois, vendome)
    assert direct == pytest.approx(30.6, abs=0.3)
    assert territory.distance_km(vendome, blois) == pytest.approx(direct)
    assert territory.distance_km(blois, blois) == 0
    assert territory.road_estimate_km(blois, vendome) == pytest.approx(direct * 1.3)


async def test_seeding_again_changes_nothing(loaded: AsyncConnection) -> None:
    before = "SELECT sum(xmin::text::bigint) FROM territory_commune"
    same = await count(loaded, before)
    assert await seed(loaded) is False
    assert await count(loaded, before) == same


async def test_a_new_version_closes_what_left_and_reopens_what_came_back(
    loaded: AsyncConnection,
) -> None:
    await loaded.execute(
        text(
            "INSERT INTO territory_commune SELECT '41998', 'Disparue', 'disparue', 1, "
            "postal_codes, epci_siren, epci_name, arrondissement_code, lat, lon, apl_mg, apl_year, "
            "department, valid_from, NULL FROM territory_commune WHERE code = '41269'"
        )
    )
    await loaded.execute(text("UPDATE territory_commune SET population = 1 WHERE code = '41269'"))
    await loaded.execute(text("UPDATE territory_version SET version = 'older'"))
    assert await seed(loaded) is True
    vendome = await territory.commune(loaded, "41269")
    gone = await territory.commune(loaded, "41998")
    assert vendome is not None
    assert gone is not None
    assert (vendome.population, vendome.valid_to) == (15_758, None)
    assert gone.valid_to is not None
    assert await territory.search_communes(loaded, "Disparue") == []
    assert len(await territory.sectors(loaded)) == 5
    assert await count(loaded, "SELECT count(*) FROM territory_delegated_commune") == 37


async def test_a_change_of_a_file_changes_the_version(
    loaded: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeding, "SHAPE", seeding.SHAPE + 1)
    assert await seed(loaded) is True
    assert await seed(loaded) is False
