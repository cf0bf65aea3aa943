"""The API of events: what scripts rely on, and what they are told when it is wrong."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.services.events.conftest import Site

pytestmark = pytest.mark.postgres

EVENT: dict[str, Any] = {
    "kind": "soiree_accueil",
    "title": "Soirée d’accueil",
    "starts_at": "2027-05-20T17:00:00+00:00",
    "ends_at": "2027-05-20T20:00:00+00:00",
    "place": "Salle des fêtes",
    "commune": "41269",
    "capacity": 1,
    "waiting_list": True,
}
PERSON: dict[str, Any] = {
    "first_name": "Inès",
    "last_name": "Chantôme",
    "email": "ines.chantome@etudiant.test",
    "profile": "interne",
    "consent": False,
}
API = "/events/api/v1"


async def plan(site: Site, **different: Any) -> httpx.Response:
    """Ask for a new event as the agency does."""
    body = EVENT | different
    return await site.client.post(f"{API}/events", json=body, headers=site.bearer("evenements"))


async def published(site: Site, **different: Any) -> str:
    """The id of an event that is open."""
    event_id: str = (await plan(site, **different)).json()["id"]
    answer = await site.client.post(
        f"{API}/events/{event_id}/publication", headers=site.bearer("evenements")
    )
    assert answer.status_code == 200
    return event_id


async def register(
    site: Site, event_id: str, *, key: str | None = None, **different: Any
) -> httpx.Response:
    """Ask for a seat as a script does."""
    return await site.client.post(
        f"{API}/events/{event_id}/registrations",
        json=PERSON | different,
        headers={"idempotency-key": key or str(uuid4())},
    )


async def test_an_event_is_planned_published_and_read_by_anybody(site: Site) -> None:
    made = await plan(site)
    assert made.status_code == 201
    event_id = made.json()["id"]
    assert (await site.client.get(f"{API}/events/{event_id}")).status_code == 404

    for _ in range(2):
        again = await site.client.post(
            f"{API}/events/{event_id}/publication", headers=site.bearer("evenements")
        )
        assert again.status_code == 200

    read = (await site.client.get(f"{API}/events/{event_id}")).json()
    assert (read["id"], read["capacity"], read["confirmed"], read["waitlisted"]) == (
        event_id,
        1,
        0,
        0,
    )
    listed = (await site.client.get(f"{API}/events")).json()
    assert [one["id"] for one in listed["items"]] == [event_id]
    assert listed["next"] is None


async def test_planning_is_for_those_in_charge_of_events(site: Site) -> None:
    nobody = await site.client.post(f"{API}/events", json=EVENT)
    other = await site.client.post(f"{API}/events", json=EVENT, headers=site.bearer("logement"))
    assert (nobody.status_code, other.status_code) == (401, 403)


async def test_lists_are_read_page_by_page(site: Site) -> None:
    for _ in range(3):
        await published(site)
    first = (await site.client.get(f"{API}/events?limit=2")).json()
    rest = (
        await site.client.get(f"{API}/events", params={"limit": 2, "cursor": first["next"]})
    ).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    wrong = await site.client.get(f"{API}/events?cursor=WyJ4Il0")
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("different", "field"),
    [
        ({"starts_at": "demain soir"}, "starts_at"),
        ({"starts_at": "2027-02-30T19:00:00+00:00"}, "starts_at"),
        ({"starts_at": "2027-05-20T17:00:00"}, "starts_at"),
        ({"ends_at": "2027-05-20T16:00:00+00:00"}, "ends_at"),
        ({"starts_at": "2026-05-20T17:00:00+00:00"}, "starts_at"),
        ({"commune": "99999"}, "commune"),
        ({"commune": "41\x00"}, "commune"),
        ({"kind": "kermesse"}, "kind"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 10**30}, "capacity"),
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"place": "a\x00b"}, "place"),
    ],
)
async def test_a_wrong_field_is_named_in_french(
    site: Site, different: dict[str, Any], field: str
) -> None:
    answer = await plan(site, **different)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert [error["field"] for error in problem["errors"]] == [field]
    assert problem["errors"][0]["reason"].endswith((".", "»."))


async def test_three_megabytes_in_a_field_are_refused(site: Site) -> None:
    event_id = await published(site)
    answer = await register(site, event_id, last_name="a" * 3_000_000)
    assert answer.status_code == 413
    longer = await register(site, event_id, last_name="a" * 500_000)
    assert longer.status_code == 422


async def test_a_registration_is_answered_by_its_id_and_status(site: Site) -> None:
    event_id = await published(site)

    first = await register(site, event_id, key="k1")
    second = await register(site, event_id, email="autre@etudiant.test")
    replayed = await register(site, event_id, key="k1")
    reused = await register(site, event_id, key="k1", first_name="Agnès")

    assert (first.status_code, first.json()["status"]) == (201, "confirmed")
    assert (second.status_code, second.json()["status"]) == (201, "waitlisted")
    assert replayed.status_code == 201
    assert replayed.content == first.content
    assert reused.status_code == 422
    assert reused.json()["type"] == "/problemes/idempotency-key-reused"
    read = (await site.client.get(f"{API}/events/{event_id}")).json()
    assert (read["confirmed"], read["waitlisted"]) == (1, 1)


async def test_a_key_is_compulsory(site: Site) -> None:
    event_id = await published(site)
    url = f"{API}/events/{event_id}/registrations"
    missing = await site.client.post(url, json=PERSON)
    assert missing.status_code == 400
    assert "Idempotency-Key" in missing.json()["detail"]
    assert (await register(site, event_id, key="x" * 201)).status_code == 400


async def test_full_without_a_waiting_list_is_said(site: Site) -> None:
    event_id = await published(site, waiting_list=False)
    await register(site, event_id)
    stranger = await register(site, event_id, email="autre@etudiant.test")
    known = await register(site, event_id)

    assert stranger.status_code == 409
    assert stranger.json()["type"] == "/problemes/event-full"
    assert known.status_code == 409
    assert known.json() == stranger.json()


@pytest.mark.parametrize(
    ("different", "field"),
    [
        ({"email": "ines@"}, "email"),
        ({"email": ""}, "email"),
        ({"first_name": ""}, "first_name"),
        ({"last_name": "http://exemple.fr"}, "last_name"),
        ({"phone": "12"}, "phone"),
        ({"profile": "touriste"}, "profile"),
        ({"consent": "peut-être"}, "consent"),
        ({"inconnu": 1}, "inconnu"),
    ],
)
async def test_a_wrong_answer_names_its_field(
    site: Site, different: dict[str, Any], field: str
) -> None:
    answer = await register(site, await published(site), **different)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_an_internationalised_address_is_accepted(site: Site) -> None:
    event_id = await published(site)
    answer = await register(site, event_id, email="inès@université-tours.fr")
    again = await register(site, event_id, email="inès@xn--universit-tours-jnb.fr")
    assert answer.status_code == 201
    assert again.json()["id"] == answer.json()["id"]


async def test_the_agency_lists_and_cancels_registrations(site: Site) -> None:
    event_id = await published(site)
    first = (await register(site, event_id)).json()["id"]
    await register(site, event_id, email="autre@etudiant.test", last_name="Autre")
    headers = site.bearer("evenements")
    url = f"{API}/events/{event_id}/registrations"

    assert (await site.client.get(url)).status_code == 401
    listed = (await site.client.get(url, headers=headers)).json()
    cancelled = [
        (
            await site.client.post(f"{API}/registrations/{first}/cancellation", headers=headers)
        ).json()
        for _ in range(2)
    ]

    assert {one["status"] for one in listed["items"]} == {"confirmed", "waitlisted"}
    assert [one["changed"] for one in cancelled] == [True, False]
    left = (await site.client.get(url, headers=headers)).json()["items"]
    assert {one["last_name"]: one["status"] for one in left} == {
        "Chantôme": "cancelled",
        "Autre": "confirmed",
    }


async def test_a_zoom_stays_within_the_evening(site: Site) -> None:
    event_id = await published(site)
    zoom = {
        "commune": "41149",
        "last_name": "Vaucelles",
        "first_name": "Mathilde",
        "email": "mairie@exemple.test",
        "function": "Maire",
        "starts_at": "2027-05-20T18:00:00+00:00",
        "minutes": 20,
    }
    url = f"{API}/events/{event_id}/zooms"
    headers = site.bearer("evenements")
    made = await site.client.post(url, json=zoom, headers=headers)
    late = await site.client.post(url, json=zoom | {"minutes": 200}, headers=headers)
    unknown = await site.client.post(url, json=zoom | {"commune": "00000"}, headers=headers)

    assert made.status_code == 201
    assert late.json()["errors"][0]["field"] == "starts_at"
    assert unknown.json()["type"] == "/problemes/unknown-commune"


async def test_public_operations_say_so_in_the_document(site: Site) -> None:
    document = (await site.client.get("/events/api/openapi.json")).json()
    operations = document["paths"]["/api/v1/events/{event_id}/registrations"]
    assert operations["post"]["security"] == []
    assert "security" not in operations["get"]


@pytest.mark.parametrize(
    ("different", "field"),
    [
        ({"starts_at": "9999-12-31T23:00:00-12:00", "ends_at": "9999-12-31T23:59:00-12:00"}, None),
        ({"starts_at": "9999-12-31T21:00:00+00:00", "ends_at": "9999-12-31T23:30:00+00:00"}, None),
        ({"starts_at": 1_810_000_000}, "starts_at"),
        ({"capacity": True}, "capacity"),
        ({"commune": "41\x00269"}, "commune"),
        ({"title": "Soirée \u202etxt.exe"}, "title"),
    ],
)
async def test_a_slip_that_would_break_pages_is_refused(
    site: Site, different: dict[str, Any], field: str | None
) -> None:
    answer = await plan(site, **different)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == (field or "starts_at")


async def test_a_zoom_at_the_end_of_time_is_out_of_the_evening(site: Site) -> None:
    event_id = await published(site)
    zoom = {
        "commune": "41143",
        "last_name": "Fictive",
        "first_name": "Maud",
        "email": "mairie@exemple.test",
        "function": "Maire",
        "starts_at": "9999-12-31T23:59:59-12:00",
        "minutes": 20,
    }
    answer = await site.client.post(
        f"{API}/events/{event_id}/zooms", json=zoom, headers=site.bearer("evenements")
    )
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "starts_at")
