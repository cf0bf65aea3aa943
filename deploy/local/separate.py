"""One process per service, and the front door that hands requests on to them."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

import httpx
from starlette.types import ASGIApp

from deploy.local.configuration import Configuration, environment_of, values_of
from deploy.local.journal import say
from deploy.local.ports import LOOPBACK
from deploy.local.proxy import Proxy
from deploy.local.refusal import CannotRun
from deploy.local.services import SERVICES
from deploy.local.state import ROOT
from deploy.local.supervisor import Supervisor

PORT = "ANCRAGE_PORT"
JOURNAL = "ANCRAGE_JOURNAL"
DEMO = "ANCRAGE_DEMO"
_READY_LIMIT_SECONDS = 120.0
_LOOK_EVERY_SECONDS = 0.05
# A service that dies this often before it ever answered has a lasting reason.
_GIVE_UP_AFTER = 2


async def start_separate(
    configuration: Configuration, stack: AsyncExitStack, *, demo: bool
) -> tuple[Sequence[tuple[str, ASGIApp]], dict[str, int]]:
    """Start a process per service; return what to mount for each and the process ids."""
    state = configuration.state
    ports = {name: state.port(f"service:{name}") for name in SERVICES}
    common = {
        "PYTHONPATH": str(ROOT),
        JOURNAL: str(state.folder / "journal.log"),
        DEMO: "1" if demo else "",
    }
    environments = {
        name: {
            **os.environ,
            **common,
            PORT: str(ports[name]),
            **environment_of(name, values_of(name, configuration)),
        }
        for name in SERVICES
    }
    supervisor = Supervisor(environments, state.folder, say)
    supervisor.start()
    stack.push_async_callback(supervisor.stop)
    targets = {name: f"http://{LOOPBACK}:{port}" for name, port in ports.items()}
    await _until_ready(targets, supervisor)
    proxy = Proxy(targets)
    stack.push_async_callback(proxy.close)
    return [(name, proxy.to(name)) for name in SERVICES], supervisor.pids()


async def _until_ready(targets: Mapping[str, str], supervisor: Supervisor) -> None:
    """Wait until every process says that it is ready."""
    waiting = set(targets)
    try:
        async with asyncio.timeout(_READY_LIMIT_SECONDS), httpx.AsyncClient() as client:
            while waiting and not supervisor.failing(_GIVE_UP_AFTER):
                for name in sorted(waiting):
                    if await _is_ready(client, f"{targets[name]}/{name}/sante/pret"):
                        waiting.discard(name)
                await asyncio.sleep(_LOOK_EVERY_SECONDS)
    except TimeoutError:
        pass
    if waiting:
        names = ", ".join(sorted(waiting))
        raise CannotRun(f"Ces services ne démarrent pas : {names} (voir processus-….log).")


async def _is_ready(client: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await client.get(address)).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
