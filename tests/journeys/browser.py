"""A headless Chromium for the journeys: windows by width, with or without scripts, and axe-core."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Page, Playwright, Request

from deploy.local.browser import INSTALL, find_chromium
from deploy.local.state import ROOT

WIDTHS = {"bureau": (1280, 900), "telephone": (390, 844)}
CAPTURES = ROOT / "docs" / "captures"
KEEPING = bool(os.environ.get("ANCRAGE_CAPTURES"))
_AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


async def launch(playwright: Playwright) -> Browser:
    """Start the machine's Chromium. Fails with the command that installs it."""
    program = find_chromium()
    assert program is not None, f"Chromium manque : {INSTALL}"
    return await playwright.chromium.launch(executable_path=program, args=list(_FLAGS))


@dataclass
class Window:
    """One window of the browser, and what it complained about."""

    page: Page
    base_url: str
    width: str
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def go(self, path: str) -> None:
        """Open an address of the platform."""
        address = path if path.startswith("http") else self.base_url + path
        await self.page.goto(address)

    async def press(self, words: str) -> None:
        """Press the button or follow the link that carries these words."""
        named = self.page.get_by_role("button", name=words).or_(
            self.page.get_by_role("link", name=words)
        )
        async with self.page.expect_navigation():
            await named.first.click()

    async def fill(self, **values: str) -> None:
        """Fill the fields of these names."""
        for name, value in values.items():
            await self.page.locator(f"[name={name}]:not([type=hidden])").first.fill(value)

    async def sees(self, words: str) -> bool:
        """Whether these words come on the page, whatever kind of space joins them."""
        for _ in range(50):
            shown = await self.page.locator("body").inner_text()
            if words in shown.replace("\u00a0", " ").replace("\u202f", " "):
                return True
            await self.page.wait_for_timeout(100)
        return False

    async def keep(self, name: str) -> None:
        """Keep what is shown for the guides, when `ANCRAGE_CAPTURES` asks for it."""
        if KEEPING:
            folder = CAPTURES / self.width
            folder.mkdir(parents=True, exist_ok=True)
            await self.page.screenshot(path=str(folder / f"{name}.png"), animations="disabled")

    async def violations(self) -> list[str]:
        """What axe-core finds wrong on this page, in a line each."""
        # Evaluated, not added as a script: the page's own policy forbids inline scripts.
        await self.page.evaluate(_AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = await self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", _TAGS
        )
        return [
            f"{one['id']}: {node['html'][:160]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]

    async def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        wider: int = await self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return wider


@asynccontextmanager
async def window(
    browser: Browser, base_url: str, width: str, *, scripts: bool = True
) -> AsyncIterator[Window]:
    """A new window without any cookie."""
    columns, rows = WIDTHS[width]
    context = await browser.new_context(
        viewport={"width": columns, "height": rows},
        locale="fr-FR",
        timezone_id="Europe/Paris",
        java_script_enabled=scripts,
    )
    page = await context.new_page()
    page.set_default_timeout(15_000)
    made = Window(page, base_url, width)

    def asked(request: Request) -> None:
        if not request.url.startswith((base_url, "data:", "about:", "blob:")):
            made.elsewhere.append(request.url)

    def said(message: ConsoleMessage) -> None:
        # A page that answers « saisie invalide » is no fault of the page.
        if message.type == "error" and "status of 4" not in message.text:
            made.complaints.append(message.text)

    page.on("request", asked)
    page.on("console", said)
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    try:
        yield made
    finally:
        await context.close()


async def sign_in(staff: Window, name: str = "Administrateur local") -> None:
    """Enter the agency's pages as one of the accounts of a laptop."""
    await staff.go("/prospection/")
    await staff.press(f"Continuer en tant que {name}")


def saved(folder: Path, name: str, content: bytes) -> Path:
    """A file to send through a form."""
    path = folder / name
    path.write_bytes(content)
    return path
