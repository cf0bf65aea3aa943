"""Several services behind one address: the same services, whatever the number of processes."""

import asyncio
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime.middleware import add_headers
from shared.runtime.problems import problem
from shared.runtime.running import RunningService
from shared.ui import static_files
from shared.ui.assets import MOUNT, asset

_NOWHERE = """<!doctype html>
<html lang="fr">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Page introuvable · Ancrage</title>
  <link rel="stylesheet" href="{style}">
</head>
<body>
  <main class="colonne">
    <h1>Cette page n’existe pas</h1>
    <p>L’adresse est incomplète, ou ce qu’elle montrait a été déplacé ou retiré.</p>
    <p><a href="/">Revenir à l’accueil</a></p>
  </main>
</body>
</html>
"""


class Front:
    """The applications, each under its own prefix, static files, and the way in.

    `hosts` are the names under which a browser may ask for us, None for any: a laptop signs in
    without a password, so a page of another site whose name was made to lead here (« DNS
    rebinding ») must get nothing.
    """

    def __init__(
        self,
        applications: Sequence[tuple[str, ASGIApp]],
        extra: Sequence[BaseRoute],
        home: str,
        hosts: Collection[str] | None,
    ) -> None:
        mounts: list[BaseRoute] = []
        for name, application in applications:
            mounts.append(Mount(f"/{name}", app=application))
            mounts.append(Route(f"/{name}", _Way(f"/{name}/")))
        self._router = Router(
            [*mounts, Mount(MOUNT, app=static_files()), *extra, Route("/", _Way(home))],
            redirect_slashes=False,
            default=_nowhere,
        )
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lead one request to who answers it; every answer has its headers."""
        if scope["type"] != "http":
            await self._router(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(message)
            await send(message)

        application: ASGIApp = self._router if self._known(scope) else _unknown_host
        await application(scope, receive, answer)

    def _known(self, scope: Scope) -> bool:
        if self._hosts is None:
            return True
        try:
            return urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname in self._hosts
        except ValueError:
            return False


class _Way:
    """Leads somewhere else on this site."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await RedirectResponse(self._address, 307)(scope, receive, send)


def front(
    applications: Sequence[tuple[str, ASGIApp]],
    *extra: BaseRoute,
    home: str = "/events/",
    hosts: Collection[str] | None = None,
) -> Front:
    """Everything behind one address; see `Front`."""
    return Front(applications, extra, home, hosts)


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    response: Response = HTMLResponse(_NOWHERE.format(style=asset("ancrage.css")), 404)
    if "/api/" in scope["path"]:
        response = problem(404, "http-404", "Cette adresse n'existe pas.")
    await response(scope, receive, send)


async def _unknown_host(scope: Scope, receive: Receive, send: Send) -> None:
    sentence = "Ancrage ne répond pas sous ce nom : utilisez l’adresse affichée à son démarrage."
    await PlainTextResponse(sentence, 421)(scope, receive, send)


async def start_all(services: Sequence[RunningService]) -> None:
    """Start them together."""
    await asyncio.gather(*(service.start() for service in services))


async def stop_all(services: Sequence[RunningService], grace: float = 10) -> None:
    """Stop them together."""
    await asyncio.gather(*(service.stop(grace) for service in services), return_exceptions=True)
