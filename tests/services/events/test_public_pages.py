"""Registering without an account: what the pages say, keep, and forgive."""

import re
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlalchemy import text

from services.events.application.cancel_event import cancel_event
from services.events.application.plan_zoom import PlanZoom, plan_zoom
from tests.services.events.conftest import Site
from tests.services.events.makers import STARTS, a_published_event, answers, said, seats_of

pytestmark = pytest.mark.postgres


async def an_event(site: Site, **different: object) -> UUID:
    """An evening open to registrations."""
    async with site.running.database.transaction() as session:
        return await a_published_event(session, site.now, **different)


def hidden(html: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None
    return unescape(found.group(1))


async def test_the_list_shows_what_is_coming_only(site: Site) -> None:
    empty = await site.get("/")
    assert "Aucune soirée annoncée" in empty.text
    await an_event(site)
    listed = await site.get("/")
    assert "Soirée d’accueil du Vendômois" in listed.text
    assert "jeudi 20 mai 2027 à 19" in listed.text
    assert "Vendôme" in listed.text
    site.wait(timedelta(days=90))
    assert "Vendômois" not in (await site.get("/")).text


async def test_the_page_says_who_presents_and_the_facts_of_the_territory(site: Site) -> None:
    event_id = await an_event(site)
    async with site.running.database.transaction() as session:
        zoom = PlanZoom(
            event_id=event_id,
            commune="41149",
            last_name="Vaucelles",
            first_name="Mathilde",
            email="mairie@exemple.test",
            function="Maire",
            title="Vivre à Montoire",
            starts_at=STARTS,
            minutes=20,
        )
        await plan_zoom(session, zoom, now=site.now)

    html = (await site.get(f"/soirees/{event_id}")).text

    for part in ("Vivre à Montoire", "Mathilde Vaucelles, Maire", "3\u202f646", "Vendômois", "60"):
        assert part in html
    assert "mairie@exemple.test" not in html


async def test_registering_takes_three_pages_and_a_double_click_is_harmless(site: Site) -> None:
    event_id = await an_event(site)
    form = await site.get(f"/soirees/{event_id}")
    assert 'name="consent"' in form.text
    assert "checked" not in form.text

    check = await site.post(f"/soirees/{event_id}/verification", **answers(), consent="true")
    assert check.status_code == 200
    assert "camille.1@etudiant.test" in check.text
    sent = answers() | {
        "consent": hidden(check.text, "consent"),
        "key": hidden(check.text, "key"),
        "notice": hidden(check.text, "notice"),
    }
    for _ in range(2):
        done = await site.post(f"/soirees/{event_id}/inscriptions", **sent)
        assert done.status_code == 303
        assert done.headers["location"] == f"/events/soirees/{event_id}/merci"

    thanks = await site.get(f"/soirees/{event_id}/merci")
    assert "Un e-mail part à l’adresse indiquée" in thanks.text
    assert "agenda.ics" in thanks.text
    async with site.running.database.transaction() as session:
        assert (await seats_of(session, event_id))["confirmed"] == 1
        kept = (
            await session.execute(text("SELECT consent, notice_version FROM registration"))
        ).one()
        assert tuple(kept) == (True, 1)


async def test_what_is_wrong_is_said_beside_what_was_typed(site: Site) -> None:
    event_id = await an_event(site)
    wrong = answers(email="camille@", first_name="Zoé", profile="")
    page = await site.post(f"/soirees/{event_id}/verification", **wrong)

    assert page.status_code == 422
    assert "2 réponses sont à corriger" in page.text
    assert 'value="Zoé"' in page.text
    assert 'value="camille@"' in page.text
    assert 'aria-describedby="aide-email erreur-email"' in page.text


async def test_answers_can_be_corrected_without_typing_again(site: Site) -> None:
    event_id = await an_event(site)
    page = await site.post(
        f"/soirees/{event_id}/verification", **answers(), consent="true", suite="corriger"
    )
    assert page.status_code == 200
    assert 'value="camille.1@etudiant.test"' in page.text
    assert page.text.count("checked") == 2  # the profile, and the consent as it was


async def test_a_refusal_keeps_what_was_typed_and_leaves_nothing_behind(site: Site) -> None:
    event_id = await an_event(site, capacity=1, waiting_list=False)
    await site.post(f"/soirees/{event_id}/inscriptions", **answers(1), key="a", notice="1")
    full = await site.post(f"/soirees/{event_id}/inscriptions", **answers(2), key="b", notice="1")

    assert full.status_code == 409
    assert "complète" in full.text
    async with site.running.database.transaction() as session:
        assert (await session.execute(text("SELECT count(*) FROM participant"))).scalar_one() == 1
        keys = await session.execute(text("SELECT count(*) FROM idempotency_key"))
        assert keys.scalar_one() == 1


async def test_a_known_email_sees_exactly_what_a_stranger_sees(site: Site) -> None:
    event_id = await an_event(site)
    pages = [
        await site.post(f"/soirees/{event_id}/inscriptions", **answers(), key=key, notice="1")
        for key in ("premier", "second")
    ]
    assert pages[0].headers["location"] == pages[1].headers["location"]
    assert pages[0].status_code == pages[1].status_code == 303
    async with site.running.database.transaction() as session:
        assert len(await said(session, "link-requested.v1")) == 1


@pytest.mark.parametrize("key", ["", "x" * 201])
async def test_a_page_without_its_key_asks_to_check_again(site: Site, key: str) -> None:
    event_id = await an_event(site)
    page = await site.post(f"/soirees/{event_id}/inscriptions", **answers(), key=key, notice="x")
    assert page.status_code == 400
    assert 'value="camille.1@etudiant.test"' in page.text


async def test_a_cancelled_evening_says_so_and_has_no_form(site: Site) -> None:
    event_id = await an_event(site)
    async with site.running.database.transaction() as session:
        await cancel_event(session, event_id, now=site.now)
    page = await site.get(f"/soirees/{event_id}")
    assert "Soirée annulée" in page.text
    assert "<form" not in page.text
    late = await site.post(f"/soirees/{event_id}/inscriptions", **answers(), key="k", notice="1")
    assert late.status_code == 409


async def test_the_calendar_file_is_in_paris_time_and_keeps_its_uid(site: Site) -> None:
    event_id = await an_event(site)
    answer = await site.get(f"/soirees/{event_id}/agenda.ics")
    calendar = Calendar.from_ical(answer.content)
    event = calendar.walk("VEVENT")[0]

    assert answer.headers["content-type"].startswith("text/calendar")
    assert str(event["uid"]) == f"{event_id}@events.ancrage"
    assert event["dtstart"].params["TZID"] == "Europe/Paris"
    assert event.decoded("dtstart") == STARTS
    assert len(calendar.walk("VTIMEZONE")) == 1


@pytest.mark.parametrize("path", ["/soirees/pas-un-id", f"/soirees/{UUID(int=7)}"])
async def test_an_unknown_page_is_a_kind_404(site: Site, path: str) -> None:
    page = await site.get(path)
    assert page.status_code == 404
    assert "<h1" in page.text


async def test_the_notice_says_what_the_law_asks(site: Site) -> None:
    html = (await site.get("/confidentialite")).text
    for title in ("Qui est responsable", "Sur quelle base", "Combien de temps", "Vos droits"):
        assert title in html
    assert "CNIL" in html
    assert "Version 1" in html


async def test_pages_have_no_inline_script_nor_style(site: Site) -> None:
    event_id = await an_event(site)
    for path in ("/", f"/soirees/{event_id}", f"/soirees/{event_id}/merci", "/confidentialite"):
        html = (await site.get(path)).text
        assert not re.search(r"<script(?![^>]*src=)|style=|onclick=", html)
        assert html.count("<h1") == 1
