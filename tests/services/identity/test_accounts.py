"""Accounts are created, changed and closed by those who administer them."""

import re

import httpx
from sqlalchemy import text

from tests.services.identity.conftest import House
from tests.services.identity.visits import choices, follow, sign_in, token_of

LIST = "/identity/comptes"


async def _post(
    browser: httpx.AsyncClient, page: httpx.Response, address: str, **fields: object
) -> httpx.Response:
    data = {"csrf_token": token_of(page), **fields}
    return await follow(browser, await browser.post(address, data=data))


async def _said(house: House, subject: str) -> int:
    async with house.identity.resources.sessions() as session:
        return int(
            await session.scalar(
                text("SELECT count(*) FROM journal WHERE subject = :subject"), {"subject": subject}
            )
        )


async def test_a_new_account_can_sign_in_with_its_roles(house: House) -> None:
    async with house.browser() as browser, house.browser() as colleague:
        page = await sign_in(browser, "Administrateur", LIST)
        landed = await _post(
            browser,
            page,
            LIST,
            first_name="Ondine",
            last_name="Lefaucheux",
            title="Accueil des internes",
            roles=["logement", "inconnu"],
        )

        assert "Le compte de Ondine Lefaucheux est créé." in landed.text
        seen = await sign_in(colleague, "Accueil des internes", "/notifications/messages")
        assert seen.status_code == 200
        assert (await colleague.get(LIST)).status_code in (303, 403)


async def test_a_nameless_account_is_refused_and_what_was_typed_is_kept(house: House) -> None:
    async with house.browser() as browser:
        page = await sign_in(browser, "Administrateur", LIST)

        refused = await _post(browser, page, LIST, first_name="Ondine", last_name="  ")

        assert refused.status_code == 422
        assert "Indiquez un nom et un prénom." in refused.text
        assert 'value="Ondine"' in refused.text


async def test_a_deactivated_account_loses_its_session_and_cannot_come_back(house: House) -> None:
    async with house.browser() as browser, house.browser() as colleague:
        page = await sign_in(browser, "Administrateur", LIST)
        await sign_in(colleague, "Guichet", "/notifications/messages")
        account_id = (await choices(browser))["Guichet"]
        house.clock.advance(seconds=1)

        landed = await _post(browser, page, f"{LIST}/{account_id}/etat", active="false")

        assert "désactivé" in landed.text
        assert "Guichet" not in await choices(browser)
        relayed = await colleague.get("/identity/relais?service=notifications&nonce=n&retour=/")
        assert relayed.headers["location"].startswith("/identity/connexion")
        assert await _said(house, "identity.session.revoked.v1") == 1


async def test_somebody_always_remains_able_to_administer(house: House) -> None:
    async with house.browser() as browser:
        page = await sign_in(browser, "Administrateur", LIST)
        who = await choices(browser)
        await _post(browser, page, f"{LIST}/{who['Administrateur local']}/etat", active="false")

        own = await _post(browser, page, f"{LIST}/{who['Administrateur']}/etat", active="false")
        stripped = await _post(
            browser,
            page,
            f"{LIST}/{who['Administrateur']}",
            first_name="Théo",
            last_name="Quentillac",
            title="Administrateur",
        )

        assert own.status_code == 409
        assert "votre propre compte" in own.text
        assert stripped.status_code == 409
        assert "dernier compte d’administration" in stripped.text


async def test_forms_without_their_token_are_refused(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser, "Administrateur", LIST)

        refused = await browser.post(LIST, data={"first_name": "A", "last_name": "B"})

        assert refused.status_code == 403


async def test_other_roles_do_not_see_accounts(house: House) -> None:
    async with house.browser() as browser:
        assert (await sign_in(browser, "Directrice", LIST)).status_code == 403


async def test_every_change_is_said_with_its_roles(house: House) -> None:
    before = await _said(house, "identity.account.changed.v1")
    async with house.browser() as browser:
        page = await sign_in(browser, "Administrateur", LIST)
        account_id = (await choices(browser))["Guichet"]

        await _post(
            browser,
            page,
            f"{LIST}/{account_id}",
            first_name="Aïssatou",
            last_name="Bellorme",
            title="Guichet",
            roles=["guichet", "logement"],
        )

    assert await _said(house, "identity.account.changed.v1") == before + 1


async def test_the_api_lists_accounts_page_by_page(house: House) -> None:
    from datetime import timedelta

    from shared.security import tokens

    settings = house.identity.resources.settings
    token = tokens.mint(
        settings.issuer_private_key,  # type: ignore[attr-defined]
        subject="local:test",
        roles=["admin"],
        audience="api",
        lifetime=timedelta(minutes=5),
        now=house.clock(),
    )
    async with house.browser() as browser:
        browser.headers["authorization"] = f"Bearer {token}"
        first = (await browser.get("/identity/api/v1/accounts?limit=4")).json()
        rest = (await browser.get(f"/identity/api/v1/accounts?cursor={first['next']}")).json()
        anonymous = await house.browser().get("/identity/api/v1/accounts")

    names = [item["name"] for item in first["items"] + rest["items"]]
    assert len(names) == len(set(names)) == 7
    assert rest["next"] is None
    assert anonymous.status_code == 401
    assert anonymous.headers["content-type"] == "application/problem+json"


async def test_starting_again_adds_no_account(house: House) -> None:
    await house.identity.load_demo()
    async with house.browser() as browser:
        assert len(await choices(browser)) == 7


async def test_the_shell_shows_who_is_signed_in(house: House) -> None:
    async with house.browser() as browser:
        page = await sign_in(browser, "Administrateur", LIST)

        assert re.search(r"compte-nom\">\s*Théo Quentillac", page.text)


async def test_invisible_characters_are_taken_out_of_an_account(house: House) -> None:
    async with house.browser() as browser:
        page = await sign_in(browser, "Administrateur", LIST)
        landed = await _post(
            browser, page, LIST, first_name="On\x00dine", last_name="Lefau\u202echeux", title="\x00"
        )
        assert "Le compte de Ondine Lefaucheux est créé." in landed.text
