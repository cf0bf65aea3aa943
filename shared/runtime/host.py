"""Several services behind one address: the same services, whatever the number of processes."""

import asyncio
from collections.abc import Sequence

from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp

from shared.runtime.running import RunningService
from shared.ui import static_files
from shared.ui.assets import MOUNT


def front(
    applications: Sequence[tuple[str, ASGIApp]], *extra: BaseRoute, home: str = "/events/"
) -> Router:
    """The applications, each under its own prefix, static files, and the way in."""

    async def go_home(_request: object) -> RedirectResponse:
        return RedirectResponse(home, 307)

    mounts = [Mount(f"/{name}", app=app) for name, app in applications]
    return Router(
        [*mounts, Mount(MOUNT, app=static_files()), *extra, Route("/", go_home)],
        redirect_slashes=False,
    )


async def start_all(services: Sequence[RunningService]) -> None:
    """Start them together."""
    await asyncio.gather(*(service.start() for service in services))


async def stop_all(services: Sequence[RunningService], grace: float = 10) -> None:
    """Stop them together."""
    await asyncio.gather(*(service.stop(grace) for service in services), return_exceptions=True)
