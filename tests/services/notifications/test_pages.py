"""The message log, as people and programs see it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from shared.runtime.host import front
from shared.security import sessions, tokens
from shared.security.cookies import cookie_name
from tests.services.notifications.conftest import KEY
from tests.services.notifications.world import World

LOG = "/notifications/messages"


@asynccontextmanager
async def _browser(world: World, *roles: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser signed in with these roles; with none, nobody is signed in."""
    application = front([("notifications", world.running.app)])
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="https://ancrage.test") as browser:
        if roles:
            async with world.running.resources.sessions() as session:
                cookie = await sessions.open_session(session, uuid4(), roles, now=world.clock())
            browser.cookies.set(cookie_name("notifications", secure=True), cookie)
        yield browser


async def _sent(world: World) -> str:
    await world.publish()
    await world.card()
    cause_id = await world.confirm()
    await world.send()
    return str(cause_id)


async def test_an_empty_log_says_what_will_come(world: World) -> None:
    async with _browser(world, "logement") as browser:
        shown = await browser.get(LOG)

    assert shown.status_code == 200
    assert "Aucun message ici" in shown.text


async def test_the_log_says_what_became_of_each_message(world: World) -> None:
    cause_id = await _sent(world)

    async with _browser(world, "evenements") as browser:
        shown = await browser.get(LOG)

    assert "Confirmation d’inscription" in shown.text
    assert "Envoyé" in shown.text
    assert f"/prospection/personnes/{world.person_id}" in shown.text
    assert f"/prospection/chaines/{cause_id}" in shown.text
    assert "Camille Durand" in shown.text
    assert "exemple.fr" not in shown.text


async def test_the_log_is_filtered_by_state(world: World) -> None:
    await _sent(world)

    async with _browser(world, "evenements") as browser:
        failed = await browser.get(f"{LOG}?etat=failed")
        sent = await browser.get(f"{LOG}?etat=sent")
        unknown = await browser.get(f"{LOG}?etat=n-importe-quoi")

    assert "Confirmation d’inscription" not in failed.text
    assert "Confirmation d’inscription" in sent.text
    assert unknown.status_code == 200


async def test_a_message_says_why_it_was_sent_and_all_its_steps(world: World) -> None:
    world.mail.replies = ["451 later"]
    await _sent(world)
    world.clock.advance(seconds=5)
    await world.send()
    (message,) = await world.messages()

    async with _browser(world, "evenements") as browser:
        shown = await browser.get(f"{LOG}/{message.id}")

    assert "Pourquoi ce message" in shown.text
    assert "Une place vient d’être attribuée" in shown.text
    assert "Soirée d’accueil des internes" in shown.text
    assert "réponse 451 du serveur" in shown.text
    assert "Renvoyer" not in shown.text


async def test_a_failed_message_is_sent_again_from_its_page(world: World) -> None:
    world.mail.replies = ["550 no"]
    await _sent(world)
    (message,) = await world.messages()

    async with _browser(world, "logement") as browser:
        shown = await browser.get(f"{LOG}/{message.id}")
        token = re.search(r'name="csrf_token" value="([^"]+)"', shown.text)
        assert token is not None
        without = await browser.post(f"{LOG}/{message.id}/renvoi")
        asked = await browser.post(f"{LOG}/{message.id}/renvoi", data={"csrf_token": token[1]})
        await world.send()
        again = await browser.post(f"{LOG}/{message.id}/renvoi", data={"csrf_token": token[1]})
        after = await browser.get(f"{LOG}/{message.id}")

    assert (without.status_code, asked.status_code, again.status_code) == (403, 303, 409)
    assert [state for _, state in await world.states()] == ["sent"]
    assert "renvoi demandé" in after.text
    assert "un compte d’ici" in after.text


async def test_an_unknown_message_is_a_clear_page(world: World) -> None:
    async with _browser(world, "logement") as browser:
        shown = await browser.get(f"{LOG}/{uuid4()}")

    assert shown.status_code == 404
    assert "Ce message n’existe pas." in shown.text


@pytest.mark.parametrize("roles", [("guichet",), ("elu", "partenaire")])
async def test_other_roles_do_not_read_the_log(world: World, roles: tuple[str, ...]) -> None:
    async with _browser(world, *roles) as browser:
        assert (await browser.get(LOG)).status_code == 403


async def test_without_a_session_one_is_sent_to_sign_in(world: World) -> None:
    async with _browser(world) as browser:
        shown = await browser.get(LOG)

    assert shown.status_code == 303
    assert shown.headers["location"].startswith("/notifications/session/debut")


async def test_the_api_gives_ids_and_states_page_by_page(world: World) -> None:
    cause_id = await _sent(world)
    world.registration_id = uuid4()
    await world.confirm()
    token = tokens.mint(
        KEY.as_dict(private=True),
        subject="local:test",
        roles=["prospection"],
        audience="api",
        lifetime=timedelta(minutes=5),
        now=world.clock(),
    )
    async with _browser(world) as browser:
        browser.headers["authorization"] = f"Bearer {token}"
        first = (await browser.get("/notifications/api/v1/messages?limit=1")).json()
        rest = (await browser.get(f"/notifications/api/v1/messages?cursor={first['next']}")).json()
        waiting = (await browser.get("/notifications/api/v1/messages?state=pending")).json()

    assert [item["state"] for item in first["items"]] == ["pending"]
    assert [item["cause_id"] for item in rest["items"]] == [cause_id]
    assert rest["next"] is None
    assert len(waiting["items"]) == 1
    assert "Durand" not in str(first) + str(rest)
