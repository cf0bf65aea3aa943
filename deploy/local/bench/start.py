"""Démarrage, du lancement de `./ancrage up` à la première page et à tous les services prêts.

Le second démarrage retrouve la démonstration (médiane de trois). La mémoire est celle de tous les
processus (PSS), au repos, 60 s après le chargement de la démonstration.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Final

import httpx

from deploy.local.measures import Row, at_most, memory_of_tree, open_folder, told, work_of_tree
from deploy.local.ports import LOOPBACK, next_free_port
from deploy.local.refusal import CannotRun
from deploy.local.services import SERVICES
from deploy.local.state import ROOT

IDLE_SECONDS: Final = 60.0
STARTS: Final = 3
SECOND_START_BAR: Final = 5.0
IDLE_MEMORY_BAR: Final = 350.0
_FIRST_PORT: Final = 8141
_START_LIMIT_SECONDS: Final = 180.0
_STOP_LIMIT_SECONDS: Final = 60.0
_LOOK_EVERY_SECONDS: Final = 0.01
_PAGES: Final = ("/events/", *(f"/{name}/sante/pret" for name in SERVICES))


async def run(scale: float) -> list[Row]:
    """Start on an empty folder, wait, weigh, stop, then start again on what was made."""
    folder = open_folder()
    try:
        async with _platform(folder) as (first, pid):
            await asyncio.sleep(IDLE_SECONDS * scale)
            memory = memory_of_tree(pid)
        seconds, work = [], []
        for _ in range(max(1, round(STARTS * scale))):
            async with _platform(folder) as (second, pid):
                seconds.append(second)
                work.append(work_of_tree(pid))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    total = sum(memory.values())
    return [
        at_most("second_start_seconds", seconds, "s", bar=SECOND_START_BAR),
        at_most("idle_pss_mb", [total], "Mo", bar=IDLE_MEMORY_BAR),
        told("first_start_seconds", first, "s"),
        told("second_start_cpu_seconds", median(work), "s"),
        *(told(f"idle_pss_{name}_mb", mine, "Mo") for name, mine in sorted(_named(memory).items())),
    ]


def _named(memory: dict[str, float]) -> dict[str, float]:
    """The same by what the programs are, whatever the system calls them."""
    found = dict.fromkeys(("python", "postgresql", "nats"), 0.0)
    for name, mine in memory.items():
        kind = next((k for k in ("postgres", "nats") if name.startswith(k)), "python")
        found["postgresql" if kind == "postgres" else kind] += mine
    return found


@asynccontextmanager
async def _platform(folder: Path) -> AsyncIterator[tuple[float, int]]:
    """A platform on `folder`: the seconds that it took to be ready, and its process; stopped."""
    port = next_free_port(_FIRST_PORT)
    output = folder / "sortie.txt"
    command = [str(ROOT / "ancrage"), "up", "--port", str(port), "--data", str(folder / "donnees")]
    if os.name == "nt":
        command.insert(0, sys.executable)
    begun = time.perf_counter()
    process = _launch(command, output)
    try:
        await _until_ready(process, port, output)
        yield time.perf_counter() - begun, process.pid
    finally:
        await _stop(process)


def _launch(command: list[str], output: Path) -> subprocess.Popen[bytes]:
    with output.open("wb") as file:
        return subprocess.Popen(command, stdout=file, stderr=file, cwd=ROOT)


async def _until_ready(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    """Wait for the first page, then for every service."""
    base = f"http://{LOOPBACK}:{port}"
    try:
        async with asyncio.timeout(_START_LIMIT_SECONDS), httpx.AsyncClient() as client:
            for page in _PAGES:
                while not await _answers(client, base + page):
                    if process.poll() is not None:
                        raise CannotRun(f"La plateforme n’a pas démarré : {_last(output)}")
                    await asyncio.sleep(_LOOK_EVERY_SECONDS)
    except TimeoutError as error:
        raise CannotRun(
            f"La plateforme n’est pas prête après {_START_LIMIT_SECONDS:.0f} s : {_last(output)}"
        ) from error


async def _answers(client: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await client.get(address)).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _last(output: Path) -> str:
    lines = output.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "elle n’a rien dit."


async def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop it as a person does, and by force beyond the limit."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        await asyncio.to_thread(process.wait, _STOP_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        await asyncio.to_thread(process.wait)
