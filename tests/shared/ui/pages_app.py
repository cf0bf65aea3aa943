"""A small application whose pages exercise the shared templates."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from shared.ui import Ui, error_page, flash, page, redirect, static_files

NOW = datetime(2027, 5, 18, 8, 30, tzinfo=UTC)
Handler = Callable[[Request], Awaitable[Response]]


def sign_in(request: Request, *roles: str) -> None:
    """Put an invented person behind the request."""
    request.state.actor = SimpleNamespace(
        account_id=UUID(int=1), roles=frozenset(roles), display_name="Maud Chesneau"
    )
    request.state.csrf_token = "jeton-de-formulaire"


async def _leave(request: Request) -> Response:
    flash(request, "Soirée publiée.")
    flash(request, "Une adresse manque <b>ici</b>.", kind="warning")
    return redirect("/events/lire")


async def _problem(request: Request) -> Response:
    if "equipe" in request.query_params:
        sign_in(request, "evenements")
    return error_page(request, request.path_params["status"], request.query_params.get("raison"))


class Pages:
    """Writes templates in a folder, serves them, reads the answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.app = Starlette(
            routes=[
                Route("/laisser", _leave),
                Route("/incident/{status:int}", _problem),
                Route("/{section}/lire", self._read),
                Route("/{section}/", self._read),
                Mount("/statique", static_files()),
            ]
        )
        self.app.state.clock = lambda: NOW
        self.context: dict[str, Any] = {}
        self.roles: tuple[str, ...] = ("evenements",)
        Ui("events", folder).install(self.app, "secret-de-test")
        self.write('{% extends "ui/staff.html" %}{% block title %}Soirées{% endblock %}')

    def write(self, template: str) -> None:
        """Make `template` the page that is served."""
        (self.folder / "page.html").write_text(template, encoding="utf-8")

    async def _read(self, request: Request) -> Response:
        if self.roles:
            sign_in(request, *self.roles)
        return page(request, "page.html", **self.context)

    def client(self) -> AsyncClient:
        """A browser without JavaScript."""
        return AsyncClient(
            transport=ASGITransport(self.app), base_url="http://ancrage.test", follow_redirects=True
        )

    async def html(self, template: str | None = None, **context: Any) -> str:
        """The page as received."""
        if template is not None:
            self.write(template)
        self.context = context
        async with self.client() as client:
            answer = await client.get("/events/lire")
        assert answer.status_code == 200
        return answer.text
