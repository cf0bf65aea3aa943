"""What the agency does with its evenings: nothing typed is lost, nothing is done twice."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from services.events.application.plan_event import plan_event
from services.events.application.register_person import register_person
from tests.services.events.conftest import Site
from tests.services.events.makers import (
    a_plan,
    a_published_event,
    a_registration,
    said,
    seats_of,
)

pytestmark = pytest.mark.postgres

FORM = {
    "kind": "soiree_accueil",
    "title": "Soirée d’accueil du Vendômois",
    "day": "2027-05-20",
    "starts": "19:00",
    "ends": "22:00",
    "place": "Salle des fêtes",
    "address": "",
    "commune": "Vendôme (41269)",
    "capacity": "60",
    "contact_email": "",
    "description": "",
    "waiting_list": "true",
}


async def planned(site: Site) -> UUID:
    """A draft."""
    async with site.running.database.transaction() as session:
        return await plan_event(session, a_plan(), now=site.now)


async def open_event(site: Site, people: int = 0, **different: object) -> UUID:
    """A published evening with some people registered."""
    async with site.running.database.transaction() as session:
        event_id = await a_published_event(session, site.now, **different)
        for number in range(people):
            await register_person(session, a_registration(event_id, number), now=site.now)
    return event_id


async def test_staff_pages_send_strangers_to_sign_in(site: Site) -> None:
    answer = await site.get("/agence/soirees")
    assert answer.status_code == 303
    await site.sign_in("logement")
    assert (await site.get("/agence/soirees")).status_code == 403


async def test_an_evening_is_planned_in_paris_time_and_published(site: Site) -> None:
    csrf = await site.sign_in("evenements")
    assert "Aucune soirée en vue" in (await site.get("/agence/soirees")).text
    assert "Vendôme (41269)" in (await site.get("/agence/soirees/nouvelle")).text

    made = await site.post("/agence/soirees/nouvelle", **FORM, csrf_token=csrf)
    assert made.status_code == 303
    page = made.headers["location"].removeprefix("/events")
    assert "En préparation" in (await site.get(page)).text
    for _ in range(2):
        done = await site.post(f"{page}/publication", csrf_token=csrf)
        assert done.status_code == 303

    shown = (await site.get(page)).text
    assert "Publiée" in shown
    assert "jeudi 20 mai 2027 à 19" in shown
    async with site.running.database.transaction() as session:
        assert await said(session) == ["events.event.published.v1"]


@pytest.mark.parametrize(
    ("different", "sentence"),
    [
        ({"day": "31/02/2027"}, "Cette date n’est pas valable"),
        ({"starts": "25h"}, "Cette heure n’est pas valable"),
        ({"ends": "18:00"}, "La fin doit venir après le début"),
        ({"day": "2027-03-28", "starts": "02:30", "ends": "05:00"}, "heure d’été"),
        ({"day": "2020-05-20"}, "Cette date est passée"),
        ({"commune": "Atlantis"}, "Commune inconnue"),
        ({"commune": "Saint"}, "Plusieurs communes"),
        ({"capacity": "beaucoup"}, "nombre entier"),
        ({"title": ""}, "Le titre manque"),
        ({"kind": "kermesse"}, "n’existe pas"),
    ],
)
async def test_a_wrong_plan_comes_back_with_its_sentence_and_what_was_typed(
    site: Site, different: dict[str, str], sentence: str
) -> None:
    csrf = await site.sign_in("evenements")
    page = await site.post(
        "/agence/soirees/nouvelle",
        **(FORM | {"place": "La Minoterie"} | different),
        csrf_token=csrf,
    )
    assert page.status_code == 422
    assert sentence in page.text
    assert 'value="La Minoterie"' in page.text


async def test_the_commune_may_be_typed_by_name_or_code(site: Site) -> None:
    csrf = await site.sign_in("evenements")
    for typed in ("vendome", "41269", "Vendôme (41269)"):
        made = await site.post(
            "/agence/soirees/nouvelle", **(FORM | {"commune": typed}), csrf_token=csrf
        )
        assert made.status_code == 303
    async with site.running.database.transaction() as session:
        codes = await session.execute(text("SELECT DISTINCT commune FROM event"))
        assert [row.commune for row in codes] == ["41269"]


async def test_two_people_editing_the_same_evening_lose_nothing(site: Site) -> None:
    csrf = await site.sign_in("evenements")
    event_id = await open_event(site)
    url = f"/agence/soirees/{event_id}/modification"
    mine = FORM | {"version": "2", "csrf_token": csrf}
    first = await site.post(url, **(mine | {"place": "Chapelle Saint-Jacques"}))
    second = await site.post(url, **(mine | {"place": "Gymnase"}))

    assert first.status_code == 303
    assert second.status_code == 409
    assert "modifiée entre-temps" in second.text
    assert 'value="Gymnase"' in second.text
    assert "Chapelle Saint-Jacques" in second.text
    assert 'name="version" value="3"' in second.text
    async with site.running.database.transaction() as session:
        assert await said(session, "event.changed.v1") == ["events.event.changed.v1"]


async def test_the_staff_page_lists_searches_and_cancels(site: Site) -> None:
    csrf = await site.sign_in("evenements")
    event_id = await open_event(site, people=3, capacity=2)
    page = f"/agence/soirees/{event_id}"
    html = (await site.get(page)).text
    assert html.count("Place confirmée") == 2
    assert html.count("Sur liste d’attente") == 1
    found = (await site.get(f"{page}?q=AUBERTIN+b")).text
    assert "camille.1<wbr>@etudiant.test" in found
    assert "camille.2<wbr>" not in found

    async with site.running.database.transaction() as session:
        one = await session.execute(
            text("SELECT id FROM registration WHERE status = 'confirmed' LIMIT 1")
        )
        url = f"{page}/inscriptions/{one.scalar_one()}/annulation"
    for _ in range(2):
        assert (await site.post(url, csrf_token=csrf)).status_code == 303
    async with site.running.database.transaction() as session:
        seats = await seats_of(session, event_id)
        assert (seats["confirmed"], seats["waitlisted"]) == (2, 0)


async def test_actions_need_the_field_against_forgery(site: Site) -> None:
    await site.sign_in("evenements")
    event_id = await planned(site)
    answer = await site.post(f"/agence/soirees/{event_id}/publication")
    assert answer.status_code == 403


async def test_a_zoom_is_added_or_its_form_comes_back(site: Site) -> None:
    csrf = await site.sign_in("evenements")
    event_id = await open_event(site)
    zoom = {
        "commune": "Montoire-sur-le-Loir (41149)",
        "first_name": "Mathilde",
        "last_name": "Vaucelles",
        "email": "mairie@exemple.test",
        "function": "Maire",
        "title": "",
        "starts": "19:30",
        "minutes": "20",
        "csrf_token": csrf,
    }
    url = f"/agence/soirees/{event_id}/zooms"
    wrong = await site.post(url, **(zoom | {"starts": "08:00"}))
    made = await site.post(url, **zoom)

    assert wrong.status_code == 422
    assert "Ce créneau sort des heures de la soirée" in wrong.text
    assert 'value="Vaucelles"' in wrong.text
    assert made.status_code == 303
    assert "Zoom sur Montoire-sur-le-Loir" in (await site.get(f"/agence/soirees/{event_id}")).text
    async with site.running.database.transaction() as session:
        assert await said(session, "zoom.planned.v1") == ["events.zoom.planned.v1"]


async def test_calling_off_tells_once_and_closes(site: Site) -> None:
    csrf = await site.sign_in("evenements")
    event_id = await open_event(site, people=1)
    for _ in range(2):
        answer = await site.post(f"/agence/soirees/{event_id}/annulation", csrf_token=csrf)
        assert answer.status_code == 303
    async with site.running.database.transaction() as session:
        assert len(await said(session, "event.cancelled.v1")) == 1


async def test_past_evenings_are_in_their_own_view(site: Site) -> None:
    await site.sign_in("direction")
    await open_event(site)
    site.wait(timedelta(days=50))
    await site.sign_in("direction")
    assert "Vendômois" not in (await site.get("/agence/soirees")).text
    assert "Vendômois" in (await site.get("/agence/soirees?vue=passees")).text


async def test_who_only_reads_sees_no_button(site: Site) -> None:
    await site.sign_in("direction")
    event_id = await planned(site)
    html = (await site.get(f"/agence/soirees/{event_id}")).text
    assert "Publier la soirée" not in html
    assert "Ajouter au programme" not in html


async def test_a_forged_version_or_year_brings_the_form_back(site: Site) -> None:
    event_id = await open_event(site)
    address = f"/events/agence/soirees/{event_id}/modification"
    allowed = site.bearer("evenements")
    forged = await site.client.post(address, data=FORM | {"version": "9" * 6000}, headers=allowed)
    assert forged.status_code == 409
    far = await site.client.post(
        address,
        data=FORM | {"version": "1", "day": "0001-01-01", "starts": "00:00"},
        headers=allowed,
    )
    assert far.status_code == 422
    assert "plausible" in far.text
