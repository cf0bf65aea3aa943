"""A second process of a service, beside the one of the platform."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from deploy.local.faults.watching import seen
from deploy.local.faults.world import NotRecovered, World
from deploy.local.ports import LOOPBACK, free_port
from deploy.local.separate import PORT
from deploy.local.state import ROOT


@dataclass(frozen=True, slots=True)
class Replica:
    """A running process, and where it answers."""

    process: subprocess.Popen[bytes]
    address: str


@asynccontextmanager
async def replica(world: World, service: str) -> AsyncIterator[Replica]:
    """A twin of a service, told the same things; stopped on leaving."""
    first = world.service_process(service)
    if first is None:
        raise NotRecovered(f"{service} ne tourne pas")
    port = free_port()
    process = await asyncio.to_thread(_start, service, {**first.environ(), PORT: str(port)})
    twin = Replica(process, f"http://{LOOPBACK}:{port}")
    try:
        await _until_ready(twin, service)
        yield twin
    finally:
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait, 30)


def _start(service: str, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "deploy.local.process", service],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


async def _until_ready(twin: Replica, service: str) -> None:
    async with httpx.AsyncClient(timeout=2) as client:

        async def ready() -> bool:
            answer = await client.get(f"{twin.address}/{service}/sante/pret")
            return answer.status_code == httpx.codes.OK

        await seen(ready, f"un second {service}", 40)
