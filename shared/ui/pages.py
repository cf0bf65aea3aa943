"""Rendering of a page: one Jinja environment per service, the shell's context, redirections."""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from shared.ui.assets import asset
from shared.ui.explanations import explain
from shared.ui.filters import FILTERS, accorde, pluriel, relatif
from shared.ui.flashes import FlashMiddleware, take
from shared.ui.navigation import PUBLIC_LINKS, SIGN_OUT_URL, navigation, role_names

_SHARED_TEMPLATES = Path(__file__).parent / "templates" / "ui"


@dataclass(frozen=True, slots=True)
class _Rendering:
    """What macros need of the request; macros imported without context cannot see the page's."""

    now: datetime
    csrf_token: str


_rendering: ContextVar[_Rendering] = ContextVar("ancrage_rendering")


class Ui:
    """The templates of one service over the shared ones (`ui/…`), with the French filters."""

    def __init__(
        self,
        service_name: str,
        template_folder: Path | None = None,
        *,
        agency: str = "Agence d’attractivité en santé",
        bytecode_folder: Path | None = None,
    ) -> None:
        """`bytecode_folder` keeps compiled templates between two starts."""
        self.service_name = service_name
        self.agency = agency
        self.env = _environment(template_folder, bytecode_folder)

    def install(self, app: Starlette, secret: str) -> None:
        """Make `page`, `flash` and `redirect` work in `app`; `secret` signs the flash cookie."""
        app.state.ui = self
        app.state.ui_secret = secret
        app.add_middleware(FlashMiddleware)


def _environment(template_folder: Path | None, bytecode_folder: Path | None) -> Environment:
    own = [FileSystemLoader(template_folder)] if template_folder else []
    shared = PrefixLoader({"ui": FileSystemLoader(_SHARED_TEMPLATES)})
    env = Environment(
        loader=ChoiceLoader([shared, *own]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=FileSystemBytecodeCache(str(bytecode_folder)) if bytecode_folder else None,
    )
    env.filters.update(FILTERS)
    env.filters["relatif"] = _relatif_now
    env.globals.update(
        asset=asset,
        accorde=accorde,
        pluriel=pluriel,
        role_names=role_names,
        current_csrf_token=lambda: _rendering.get().csrf_token,
    )
    return env


def _relatif_now(value: datetime | None, now: datetime | None = None) -> str:
    return relatif(value, now or _rendering.get().now)


def page(request: Request, template: str, status_code: int = 200, **context: Any) -> HTMLResponse:
    """Render `template` with what every page knows: person, navigation, messages, clock, token.

    `section="missions"` in the context lights another entry of the navigation than the address.
    """
    ui: Ui = request.app.state.ui
    shell = _shell(request, ui, context)
    token = _rendering.set(_Rendering(now=shell["now"], csrf_token=shell["csrf_token"]))
    try:
        html = ui.env.get_template(template).render(shell | context)
    finally:
        _rendering.reset(token)
    return HTMLResponse(html, status_code)


def _shell(request: Request, ui: Ui, context: dict[str, Any]) -> dict[str, Any]:
    actor = getattr(request.state, "actor", None)
    roles: frozenset[str] = actor.roles if actor else frozenset()
    # A fragment asked for by htmx leaves the messages to the next whole page.
    fragment = "hx-request" in request.headers
    return {
        "request": request,
        "actor": actor,
        "csrf_token": getattr(request.state, "csrf_token", None) or "",
        "flashes": [] if fragment else take(request),
        "nav": navigation(request.url.path, roles, context.get("section")),
        "service": ui.service_name,
        "agency": ui.agency,
        "now": context.get("now") or request.app.state.clock(),
        "sign_out_url": SIGN_OUT_URL,
        "public_links": PUBLIC_LINKS,
        "search": request.query_params.get("q", "") if ui.service_name == "prospection" else "",
    }


def allow_return(response: HTMLResponse) -> HTMLResponse:
    """Let the back button show this answer to a form again, from the browser's own memory.

    Pages are kept by no cache; for the answer to a form, the browser would then show an error
    of its own instead of what was typed.
    """
    response.headers["cache-control"] = "private, no-cache"
    return response


def redirect(url: str) -> RedirectResponse:
    """Send the browser to `url` after a form, so that reloading does not send the form again."""
    return RedirectResponse(url, 303)


def error_page(request: Request, status: int, happened: str | None = None) -> HTMLResponse:
    """What happened (`happened`: a French sentence), what was kept, what to do."""
    return page(request, "ui/error.html", status, problem=explain(status, happened))
