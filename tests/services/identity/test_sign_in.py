"""Signing in once for all services, and out of all of them."""

import pytest
from sqlalchemy import text

from tests.services.identity.conftest import House
from tests.services.identity.visits import choices, follow, sign_in, token_of

LOG = "/notifications/messages"


async def test_the_page_asked_for_opens_after_choosing_who_to_be(house: House) -> None:
    async with house.browser() as browser:
        landed = await sign_in(browser, "Cellule logement", LOG)

        assert landed.status_code == 200
        assert landed.url.path == LOG
        assert "Messages" in landed.text


async def test_the_sign_in_page_says_that_it_is_for_development(house: House) -> None:
    async with house.browser() as browser:
        shown = await browser.get("/identity/connexion")

        assert "Connexion de développement" in shown.text
        assert {"Chargée de prospection", "Directrice", "Administrateur local"} <= set(
            await choices(browser)
        )


async def test_a_second_service_asks_nothing_once_signed_in(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser, "Administrateur", LOG)

        landed = await follow(browser, await browser.get("/identity/comptes"))

        assert landed.status_code == 200
        assert landed.url.path == "/identity/comptes"


async def test_a_ticket_serves_once_and_in_one_browser(house: House) -> None:
    async with house.browser() as browser, house.browser() as thief:
        await sign_in(browser, "Administrateur", LOG)
        begun = await browser.get("/notifications/session/debut")
        relayed = await browser.get(begun.headers["location"])
        ticket_url = relayed.headers["location"]

        stolen = await thief.get(ticket_url)
        first = await browser.get(ticket_url)
        second = await browser.get(ticket_url)

        assert stolen.status_code == 403
        assert first.status_code == 303
        assert second.status_code == 403


async def test_an_old_ticket_is_refused(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser, "Administrateur", LOG)
        begun = await browser.get("/notifications/session/debut")
        relayed = await browser.get(begun.headers["location"])
        house.clock.advance(seconds=90)

        assert (await browser.get(relayed.headers["location"])).status_code == 401


@pytest.mark.parametrize("elsewhere", ["//evil.test/", "https://evil.test/", "/\\evil.test"])
async def test_nobody_is_sent_to_another_site(house: House, elsewhere: str) -> None:
    async with house.browser() as browser:
        account_id = (await choices(browser))["Directrice"]

        sent = await browser.post(
            "/identity/connexion", data={"account_id": account_id, "retour": elsewhere}
        )

        assert sent.headers["location"] == "/"


async def test_the_relay_answers_services_of_the_platform_only(house: House) -> None:
    async with house.browser() as browser:
        refused = await browser.get("/identity/relais?service=autre&nonce=n&retour=/")

        assert refused.status_code == 422


async def test_signing_out_ends_the_sessions_everywhere(house: House) -> None:
    async with house.browser() as browser:
        landed = await sign_in(browser, "Administrateur", "/identity/comptes")
        await browser.post("/identity/deconnexion", data={"csrf_token": token_of(landed)})

        assert not [name for name in browser.cookies if name.startswith("ancrage-")]
        again = await follow(browser, await browser.get("/identity/comptes"))

        assert again.url.path == "/identity/connexion"
        async with house.identity.resources.sessions() as session:
            said = await session.scalar(
                text("SELECT count(*) FROM journal WHERE subject = 'identity.session.revoked.v1'")
            )
            assert said == 1


@pytest.mark.parametrize("development_sign_in", [False])
async def test_on_a_server_the_development_sign_in_does_not_exist(house: House) -> None:
    async with house.browser() as browser:
        shown = await browser.get("/identity/connexion")
        sent = await browser.post(
            "/identity/connexion", data={"account_id": "00000000-0000-0000-0000-000000000000"}
        )

        assert (shown.status_code, sent.status_code) == (404, 404)
