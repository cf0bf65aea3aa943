"""Every page, at both widths: readable by all, nothing from elsewhere, nothing out of its frame."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests.journeys.browser import WIDTHS, Window, launch, sign_in, window
from tests.journeys.conftest import Platform

pytestmark = [pytest.mark.platform, pytest.mark.browser, pytest.mark.timeout(180)]

PUBLIC = (
    "/events/",
    "/events/ > a[href^='/events/soirees/']",
    "/events/confidentialite",
    "/logement/",
    "/logement/demande/nouvelle",
    "/identity/connexion",
    "/events/nulle-part",
)
STAFF = (
    "/prospection/",
    "/prospection/personnes",
    "/prospection/personnes > main a[href^='/prospection/personnes/']:not([href$='nouvelle'])",
    "/prospection/personnes/nouvelle",
    "/prospection/missions",
    "/prospection/missions > main a[href^='/prospection/missions/']:not([href$='nouvelle'])",
    "/prospection/doutes",
    "/prospection/territoires",
    "/events/agence/soirees",
    "/events/agence/soirees > main a[href^='/events/agence/soirees/']:not([href$='nouvelle'])",
    "/events/agence/soirees/nouvelle",
    "/logement/demandes",
    "/logement/demandes > main a[href^='/logement/demandes/']",
    "/logement/offres",
    "/logement/sejours",
    "/notifications/messages",
    "/notifications/messages > main a[href^='/notifications/messages/']",
    "/notifications/messages > main a[href^='/prospection/chaines/']",
    "/identity/comptes",
    "/courrier/",
    "/courrier/ > main a[href^='/courrier/']:not([href='/courrier/'])",
)


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """The browser of these tests."""
    async with async_playwright() as playwright:
        started = await launch(playwright)
        yield started
        await started.close()


async def visit(one: Window, page: str) -> None:
    """Open a page; `list > link` opens a list, then the first such link of it."""
    path, _, link = page.partition(" > ")
    await one.go(path)
    if link:
        target = await one.page.locator(link).first.get_attribute("href")
        assert target is not None
        await one.go(target)


async def faults(one: Window, page: str) -> list[str]:
    """What is wrong with a page."""
    await visit(one, page)
    found = await one.violations()
    if (wider := await one.overflow()) > 0:
        found.append(f"wider than the window by {wider} px")
    found += [f"asked elsewhere: {address}" for address in one.elsewhere]
    found += [f"console: {text}" for text in one.complaints]
    one.elsewhere.clear()
    one.complaints.clear()
    return [f"{page}: {fault}" for fault in found]


@pytest.mark.parametrize("width", WIDTHS)
async def test_public_pages(platform: Platform, browser: Browser, width: str) -> None:
    async with window(browser, platform.base_url, width) as visitor:
        found = [fault for page in PUBLIC for fault in await faults(visitor, page)]
    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
async def test_staff_pages(platform: Platform, browser: Browser, width: str) -> None:
    async with window(browser, platform.base_url, width) as agent:
        await sign_in(agent)
        found = [fault for page in STAFF for fault in await faults(agent, page)]
    assert found == []


async def test_registration_needs_nothing_but_a_keyboard(
    platform: Platform, browser: Browser
) -> None:
    async with window(browser, platform.base_url, "bureau") as student:
        await visit(student, PUBLIC[1])
        await student.page.locator("[name=first_name]").focus()
        keyboard = student.page.keyboard
        for words in ("Ana", "Clavier", "ana.clavier@exemple.fr", ""):
            await keyboard.type(words)
            await keyboard.press("Tab")
        await keyboard.press("Space")
        for _ in range(3):
            await keyboard.press("Tab")
            if await student.page.evaluate("document.activeElement.type === 'submit'"):
                break
        await keyboard.press("Enter")
        await student.page.wait_for_url("**/verification*")
        assert await student.sees("ana.clavier@exemple.fr")
