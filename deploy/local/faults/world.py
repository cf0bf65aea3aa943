"""One platform on data of its own, started by its own command, and every handle to break it."""

import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import asyncpg
import httpx
import nats
import psutil
from nats.aio.client import Client

from deploy.local.faults.history import History
from deploy.local.faults.links import Link
from deploy.local.faults.sink import Sink
from deploy.local.faults.stage import HOLD, LINKS
from deploy.local.ports import LOOPBACK, free_port
from deploy.local.refusal import CannotRun
from deploy.local.state import ROOT, State

CRASH_AT: Final = "ANCRAGE_CRASH_AT"
"""The folder of the armed crash points; a process that starts while it exists can be crashed."""
_START_LIMIT_SECONDS: Final = 120.0
_STOP_LIMIT_SECONDS: Final = 60.0


class World:
    """A running platform."""

    def __init__(self, folder: Path, draw: random.Random, scale: float) -> None:
        self.folder, self.draw, self.scale = folder, draw, scale
        self.data = folder / "data"
        self.crash_points = folder / "points"
        self.hold = folder / "tenir"
        self.hold.mkdir()
        self.sink = Sink(folder / "courrier.jsonl")
        self.history = History(folder / "histoire.jsonl")
        self.dead_letters: set[tuple[str, str, str]] = set()
        """The dead letters that are expected: service, reader, event id."""
        self.base_url = ""
        self._process: subprocess.Popen[str] | None = None
        self._known: dict[str, Any] = {}
        self.tokens: dict[str, str] = {}
        self.links: dict[str, Link] = {}

    @classmethod
    async def start(cls, draw: random.Random, scale: float, *, linked: bool = False) -> "World":
        """Start a platform; `linked` puts a link that can be broken before each of its servers."""
        world = cls(_open_folder(), draw, scale)
        world.sink.open()
        try:
            ports = await world._link() if linked else {}
            await asyncio.to_thread(world._start, {LINKS: json.dumps(ports)})
        except BaseException:
            await world.stop()
            raise
        return world

    async def _link(self) -> dict[int, int]:
        """Choose the ports of the servers now, and stand before them."""
        state = State.open(self.data)
        true = {"base": state.port("postgres"), "bus": state.port("nats")}
        state.save()
        for name, port in (true | {"courrier": self.sink.port}).items():
            self.links[name] = Link(free_port(), port, self.draw)
            await self.links[name].open()
        return {link.target: link.port for link in self.links.values()}

    def _start(self, given: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "deploy.local.faults.stage", "--processes", "--no-demo"]
        self._process = subprocess.Popen(
            [*command, "--port", str(free_port()), "--data", str(self.data)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={
                **os.environ,
                "SMTP_URL": self.sink.url,
                HOLD: str(self.hold),
                CRASH_AT: str(self.crash_points),
                **given,
            },
        )
        said = []
        for line in self._process.stdout or ():
            said.append(line.strip())
            if line.startswith("Ancrage : "):
                self.base_url = line.removeprefix("Ancrage : ").strip()
                break
        else:
            raise CannotRun("La plateforme à éprouver n’a pas démarré : " + " ".join(said[-3:]))
        self._known = json.loads((self.data / "state.json").read_text())
        for role in ("evenements", "admin"):
            self.tokens[role] = _token(self.data, role)

    async def stop(self) -> int:
        """Stop it as Ctrl-C does, remove its data; returns the exit code of `up`."""
        for held in self.hold.iterdir():
            held.unlink()
        code = 0
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                await asyncio.to_thread(self._process.communicate, timeout=_STOP_LIMIT_SECONDS)
            except subprocess.TimeoutExpired:
                for child in psutil.Process(self._process.pid).children(recursive=True):
                    child.kill()
                self._process.kill()
                self._process.communicate()
            code = self._process.returncode
        for link in self.links.values():
            await link.close()
        self.sink.close()
        if not os.environ.get("ANCRAGE_KEEP_FAULTS"):
            shutil.rmtree(self.folder, ignore_errors=True)
        return code

    def headers(self, role: str) -> dict[str, str]:
        """What signs a request of that role."""
        return {"Authorization": f"Bearer {self.tokens[role]}"}

    async def ancrage(self, verb: str, *arguments: str) -> tuple[int, str]:
        """Run a verb of the command line on this platform; returns its code and its words."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy.local.cli", verb, *arguments),
            *("--data", str(self.data)),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    def many(self, number: int, least: int = 1) -> int:
        """A count of events, people or messages, scaled; kinds of faults are never scaled."""
        return max(least, round(number * self.scale))

    # Processes -----------------------------------------------------------------------

    def service_process(self, name: str) -> psutil.Process | None:
        """The process of a service as it is now, None between two lives."""
        if self._process is None:
            return None
        for child in psutil.Process(self._process.pid).children():
            try:
                if child.cmdline()[-1:] == [name] and child.status() != psutil.STATUS_ZOMBIE:
                    return child
            except psutil.Error:
                continue
        return None

    def server_pid(self, name: str) -> int:
        """The process of `nats` or `postgresql` as it is now."""
        running = State.open(self.data).running()
        if running is None:
            raise CannotRun("La plateforme éprouvée s’est arrêtée.")
        return int(running["pids"][name])

    async def until_ready(self, name: str, limit: float = 30.0) -> float:
        """Wait until a service says it is ready; returns after how many seconds."""
        begun = asyncio.get_running_loop().time()
        async with httpx.AsyncClient(base_url=self.base_url, timeout=2) as client:
            while True:
                ready = await _ask(client, f"/{name}/sante/pret")
                now = asyncio.get_running_loop().time()
                if ready.get("pret"):
                    return now - begun
                if now - begun > limit:
                    raise NotRecovered(f"{name} n’est pas revenu en {limit:.0f} s ({ready})")
                await asyncio.sleep(0.1)

    async def health(self, name: str) -> dict[str, Any]:
        """What the readiness page of a service says: `pret`, `alarmes`."""
        async with httpx.AsyncClient(base_url=self.base_url, timeout=5) as client:
            return await _ask(client, f"/{name}/sante/pret")

    async def restart_service(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        """End a service and wait for its next life to be ready."""
        process = self.service_process(name)
        if process is not None:
            process.send_signal(how)
            await asyncio.to_thread(psutil.wait_procs, [process], 20)
        await self.until_ready(name)

    # Servers -------------------------------------------------------------------------

    def database_url(self, database: str) -> str:
        """The address of a database for the administrator of PostgreSQL."""
        word = quote(self._known["secrets"]["postgres"], safe="")
        return (
            f"postgresql://postgres:{word}@{LOOPBACK}:{self._known['ports']['postgres']}/{database}"
        )

    @asynccontextmanager
    async def sql(self, database: str) -> AsyncIterator[asyncpg.Connection]:
        """A session of the administrator in a service's database."""
        connection = await asyncpg.connect(self.database_url(database), timeout=5)
        try:
            yield connection
        finally:
            await connection.close(timeout=2)

    @asynccontextmanager
    async def bus(self) -> AsyncIterator[Client]:
        """A link to the bus as its administrator."""
        word = quote(self._known["secrets"]["nats:deploy"], safe="")
        client = await nats.connect(
            f"nats://deploy:{word}@{LOOPBACK}:{self._known['ports']['nats']}", connect_timeout=5
        )
        try:
            yield client
        finally:
            await client.close()

    @property
    def monitor_url(self) -> str:
        """The figures of the bus."""
        return f"http://{LOOPBACK}:{self._known['ports']['nats_monitor']}"

    @property
    def server_folder(self) -> Path:
        """Where the servers keep their data and configuration."""
        notes = self._known.get("notes", {})
        return Path(notes.get("server_folder") or self.data / "serveurs")


def _open_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="ancrage-pannes-"))
    folder.chmod(0o711)  # the servers run under another account when we are root
    return folder


class NotRecovered(Exception):
    """A part did not come back within its limit."""


@dataclass(slots=True)
class Outcome:
    """What a scenario saw beside what the checker will look at."""

    counts: dict[str, float] = field(default_factory=dict)
    recoveries: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Invariants of this scenario that do not hold, as sentences."""

    def require(self, holds: bool, sentence: str) -> None:  # noqa: FBT001 - reads as a sentence
        """Note the sentence when the invariant does not hold."""
        if not holds:
            self.wrong.append(sentence)


async def _ask(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    try:
        answer = await client.get(path)
        return dict(answer.json())
    except (httpx.TransportError, ValueError):
        return {}


def _token(data: Path, role: str) -> str:
    from deploy.local.commands.token import mint_for

    return mint_for(State.open(data), role)
