"""The API of the housing cell, as scripts rely on it."""

from typing import Any

import httpx
import pytest

from tests.services.logement import world
from tests.services.logement.site import Site

pytestmark = pytest.mark.postgres

OFFER = {
    "title": "Studio de la gare",
    "commune": "41269",
    "kind": "studio",
    "rent_cents": 39_000,
    "surface_m2": 22,
    "sleeps": 1,
    "available_from": "2027-04-01",
    "available_to": "2028-04-01",
    "dpe": "C",
    "transport_near": True,
}
ASK = {
    "first_name": "Hugo",
    "last_name": "Petit",
    "email": "hugo.petit@exemple.fr",
    "placement_commune": "41143",
    "starts_on": "2027-05-03",
    "ends_on": "2027-11-01",
    "budget_cents": 45_000,
    "has_car": True,
    "household_size": 1,
}


async def send(site: Site, path: str, body: Any, **headers: str) -> httpx.Response:
    return await site.client.post(
        f"/logement/api/v1{path}", json=body, headers=site.bearer("logement") | headers
    )


async def ask(site: Site, path: str) -> httpx.Response:
    return await site.client.get(f"/logement/api/v1{path}", headers=site.bearer("logement"))


async def test_from_the_offer_to_the_proposal(site: Site) -> None:
    far = await send(site, "/offers", OFFER | {"commune": "41194", "title": "Loin"})
    near = await send(site, "/offers", OFFER)
    asked = await send(site, "/requests", ASK)
    assert [r.status_code for r in (far, near, asked)] == [201, 201, 201]
    request = asked.json()["id"]
    matches = (await ask(site, f"/requests/{request}/matches")).json()
    assert matches["next"] is None
    assert [one["offer_id"] for one in matches["items"]] == [near.json()["id"], far.json()["id"]]
    assert [one["rank"] for one in matches["items"]] == [1, 2]
    reasons = {reason["criterion"]: reason for reason in matches["items"][0]["reasons"]}
    assert set(reasons) == {"dates", "budget", "distance", "size", "dpe", "lease"}
    assert reasons["distance"]["level"] == "amber"
    assert "environ 31\u00a0km" in reasons["distance"]["sentence"].lower()
    made = await send(
        site, f"/requests/{request}/proposals", {"offer_id": matches["items"][0]["offer_id"]}
    )
    assert made.status_code == 201
    assert made.json()["state"] == "made"
    again = await send(
        site, f"/requests/{request}/proposals", {"offer_id": matches["items"][0]["offer_id"]}
    )
    assert (again.status_code, again.json()["type"]) == (409, "/problemes/deja-propose")
    assert (await ask(site, f"/requests/{request}")).json()["state"] == "proposed"
    link = site.link("answer-proposal", made.json()["id"] and _uuid(made.json()["id"]))
    await site.post("/proposition/acceptation", lien=link)
    stays = (await ask(site, "/stays")).json()
    assert [stay["request_id"] for stay in stays["items"]] == [request]
    assert (await ask(site, f"/requests/{request}/matches")).json()["excluded"]


def _uuid(text: str) -> Any:
    from uuid import UUID

    return UUID(text)


async def test_the_same_key_gives_the_same_request(site: Site) -> None:
    first = await send(site, "/requests", ASK, **{"Idempotency-Key": "k1"})
    again = await send(site, "/requests", ASK, **{"Idempotency-Key": "k1"})
    other = await send(site, "/requests", ASK | {"has_car": False}, **{"Idempotency-Key": "k1"})
    assert first.json() == again.json()
    assert (other.status_code, other.json()["type"]) == (422, "/problemes/cle-deja-utilisee")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"placement_commune": "99999"}, "placement_commune"),
        ({"placement_commune": "Vendôme"}, "placement_commune"),
        ({"ends_on": "2027-05-03"}, "ends_on"),
        ({"ends_on": "demain"}, "ends_on"),
        ({"email": "hugo"}, "email"),
        ({"budget_cents": 0}, "budget_cents"),
        ({"household_size": None}, "household_size"),
        ({"first_name": "x" * 3_000}, "first_name"),
    ],
)
async def test_a_mistake_names_the_field(site: Site, changes: dict[str, Any], field: str) -> None:
    refused = await send(site, "/requests", ASK | changes)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert await world.said(site.database) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"dpe": "G"}, "dpe"),
        ({"dpe": "Z"}, "dpe"),
        ({"commune": "00000"}, "commune"),
        ({"available_to": "2027-01-01"}, "available_to"),
    ],
)
async def test_an_unlawful_offer_names_the_field(
    site: Site, changes: dict[str, Any], field: str
) -> None:
    refused = await send(site, "/offers", OFFER | changes)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == field
    assert (await ask(site, "/offers")).json() == {"items": [], "next": None}


async def test_lists_go_page_by_page(site: Site) -> None:
    made = [(await send(site, "/offers", OFFER)).json()["id"] for _ in range(3)]
    first = (await ask(site, "/offers?limit=2")).json()
    second = (await ask(site, f"/offers?limit=2&cursor={first['next']}")).json()
    assert [one["id"] for one in first["items"] + second["items"]] == made
    assert second["next"] is None
    assert (await ask(site, "/offers?cursor=%C3%A9")).status_code == 422
    await send(site, "/requests", ASK)
    assert len((await ask(site, "/requests")).json()["items"]) == 1


async def test_only_the_role_may_call(site: Site) -> None:
    assert (await site.client.get("/logement/api/v1/offers")).status_code == 401
    other = await site.client.get("/logement/api/v1/offers", headers=site.bearer("evenements"))
    assert other.status_code == 403
    unknown = await ask(site, "/requests/019f0000-0000-7000-8000-000000000000")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problemes/introuvable")


async def test_the_document_of_the_api_is_served(site: Site) -> None:
    paths = (await site.client.get("/logement/api/openapi.json")).json()["paths"]
    assert any(path.endswith("/requests/{request_id}/matches") for path in paths)
