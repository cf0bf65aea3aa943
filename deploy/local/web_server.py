"""The web server of a process: uvicorn on a socket we hold, stopped by us and not by signals."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

_DRAIN_SECONDS = 10


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the command that stops everything in order."""
        yield


class WebServer:
    """Serves one application until it is stopped."""

    def __init__(
        self,
        app: ASGIApp,
        listener: socket.socket,
        *,
        certificate: Path | None = None,
        key: Path | None = None,
        behind_proxy: bool = False,
    ) -> None:
        self._listener = listener
        self._server = _Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                proxy_headers=behind_proxy,
                forwarded_allow_ips="127.0.0.1" if behind_proxy else "",
                ssl_certfile=certificate,
                ssl_keyfile=key,
                timeout_graceful_shutdown=_DRAIN_SECONDS,
            )
        )
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Accept connections from when this returns."""
        self._task = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        while not self._server.started:
            if self._task.done():
                await self._task
                raise RuntimeError("uvicorn ended before it served anything")
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Stop accepting, let the requests under way finish, and close."""
        if self._task is not None:
            self._server.should_exit = True
            await asyncio.gather(self._task, return_exceptions=True)
