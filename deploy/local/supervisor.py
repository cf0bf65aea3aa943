"""One process per service, each started again when it dies."""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from deploy.local import children
from deploy.local.account import Account
from deploy.local.children import Child

_LOG: Final = logging.getLogger("ancrage.processus")
_FIRST_DELAY_SECONDS: Final = 0.5
_LONGEST_DELAY_SECONDS: Final = 30.0
# A process that lived this long died of something new: the delay starts over.
_STEADY_SECONDS: Final = 60.0
_LOOK_EVERY_SECONDS: Final = 0.2


@dataclass(kw_only=True)
class Supervised:
    """A service process: how to start it, the current one, and how often it died in a row."""

    name: str
    environment: Mapping[str, str]
    child: Child | None = None
    delay: float = _FIRST_DELAY_SECONDS
    begun: float = 0.0
    restarts: int = field(default=0)


class Supervisor:
    """Starts the processes, watches them, and stops them all."""

    def __init__(
        self,
        environments: Mapping[str, Mapping[str, str]],
        logs: Path,
        say: Callable[[str], None],
        module: str = "deploy.local.process",
    ) -> None:
        """`environments`: service → whole environment of its process; `say` speaks to people."""
        self._processes = [
            Supervised(name=name, environment=environment)
            for name, environment in environments.items()
        ]
        self._logs, self._say, self._module = logs, say, module
        self._watchers: list[asyncio.Task[None]] = []

    def pids(self) -> dict[str, int]:
        """Return the process id of each service."""
        return {one.name: one.child.pid for one in self._processes if one.child}

    def failing(self, deaths: int) -> list[str]:
        """Return the services whose process died at least that many times."""
        return [one.name for one in self._processes if one.restarts >= deaths]

    def start(self) -> None:
        """Start every process, and watch them from now on."""
        for one in self._processes:
            self._launch(one)
            self._watchers.append(asyncio.create_task(self._watch(one)))

    async def stop(self) -> None:
        """Stop watching, then stop every process at once."""
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        await asyncio.gather(*(one.child.stop(20) for one in self._processes if one.child))

    def _launch(self, one: Supervised) -> None:
        one.begun = asyncio.get_running_loop().time()
        one.child = children.start(
            one.name,
            [sys.executable, "-m", self._module, one.name],
            log=self._logs / f"processus-{one.name}.log",
            account=Account(),
            stop_signal=signal.SIGTERM,
            environment=dict(one.environment),
        )

    async def _watch(self, one: Supervised) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            if one.child is None or not one.child.ended:
                continue
            if loop.time() - one.begun > _STEADY_SECONDS:
                one.delay = _FIRST_DELAY_SECONDS
            self._say(
                f"Le service {one.name} s’est arrêté : nouvel essai dans {one.delay:g} s.".replace(
                    ".5", ",5"
                )
            )
            _LOG.warning("process %s ended with %s", one.name, one.child.process.returncode)
            await asyncio.sleep(one.delay)
            one.delay = min(one.delay * 2, _LONGEST_DELAY_SECONDS)
            one.restarts += 1
            self._launch(one)
