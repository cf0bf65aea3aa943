"""Keeps the servers we started alive: one that dies is started again, on the same data and port."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final, Protocol

from deploy.local.children import Child
from deploy.local.journal import say
from deploy.local.refusal import CannotRun

_LOG: Final = logging.getLogger("ancrage.serveurs")
_LOOK_EVERY_SECONDS: Final = 0.25
_DELAYS_SECONDS: Final = (0.5, 1.0, 2.0, 5.0, 10.0)


class Server(Protocol):
    """A server of ours: a program, and a clean way to stop it."""

    @property
    def child(self) -> Child:
        """Its program."""

    async def stop(self) -> None:
        """Stop it."""


@dataclass(slots=True)
class _Kept:
    server: Server
    start_again: Callable[[], Awaitable[Server]]


class Guardian:
    """Watches servers; `restarted` is told of each new process, (name, pid)."""

    def __init__(self, restarted: Callable[[str, int], None]) -> None:
        self._restarted = restarted

    def keep(
        self,
        name: str,
        server: Server,
        start_again: Callable[[], Awaitable[Server]],
        stack: AsyncExitStack,
    ) -> None:
        """Keep `server` alive until `stack` stops it."""
        kept = _Kept(server, start_again)
        watcher = asyncio.create_task(self._watch(name, kept))
        stack.push_async_callback(_stop, kept, watcher)

    async def _watch(self, name: str, kept: _Kept) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            if not kept.server.child.ended:
                continue
            _LOG.warning("%s ended with %s", name, kept.server.child.process.returncode)
            say(f"{kept.server.child.name} s’est arrêté : il est relancé.")
            await self._start_again(name, kept)

    async def _start_again(self, name: str, kept: _Kept) -> None:
        attempt = 0
        while True:
            await asyncio.sleep(_DELAYS_SECONDS[min(attempt, len(_DELAYS_SECONDS) - 1)])
            try:
                kept.server = await kept.start_again()
            except CannotRun as refusal:
                _LOG.warning("%s: %s", name, refusal)
                attempt += 1
                continue
            self._restarted(name, kept.server.child.pid)
            return


async def _stop(kept: _Kept, watcher: asyncio.Task[None]) -> None:
    watcher.cancel()
    await asyncio.gather(watcher, return_exceptions=True)
    await kept.server.stop()
