"""Real servers for the tests: one PostgreSQL and one NATS a session, a fresh database a test."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from deploy.local import ports
from deploy.local.databases import ensure_databases
from deploy.local.nats import Nats, User, start_nats
from deploy.local.postgres import Postgres, start_postgres
from deploy.local.services import SERVICES
from deploy.local.state import State
from shared.persistence.migrations import upgrade

# The same examples at every run, whatever the speed of the machine: a red test is then a cause.
settings.register_profile(
    "ancrage", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ancrage")

DatabaseUrl = Callable[[str], Awaitable[str]]


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The servers of the session."""

    postgres: Postgres
    nats: Nats


def make_open_folder() -> Path:
    """Make a temporary folder that an unprivileged server can reach (tests run as root too)."""
    folder = Path(tempfile.mkdtemp(prefix="ancrage-essai-"))
    folder.chmod(0o711)
    return folder


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder of its own to a test, removed afterwards."""
    folder = make_open_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def test_state() -> Iterator[State]:
    """Give the data folder of the session's servers."""
    folder = make_open_folder()
    yield State.open(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
async def postgres(test_state: State) -> AsyncIterator[Postgres]:
    """Give the session's PostgreSQL, with the role of every service."""
    server = await start_postgres(test_state)
    try:
        await ensure_databases(server, {name: test_state.secret(f"db:{name}") for name in SERVICES})
        yield server
    finally:
        await server.stop()


@pytest.fixture(scope="session")
async def nats(test_state: State) -> AsyncIterator[Nats]:
    """Give the session's NATS; every service's user has the rights it has on a laptop."""
    from deploy.local.bus import service_users

    server = await start_nats(test_state, service_users(test_state))
    try:
        yield server
    finally:
        await server.stop()


@pytest.fixture(scope="session")
async def open_nats(test_state: State) -> AsyncIterator[Nats]:
    """Give a NATS whose users `a` and `b` may do everything: for tests of the messaging itself."""
    everything = {
        name: User(password=test_state.secret(f"nats:{name}"), publish=[">"], subscribe=[">"])
        for name in ("a", "b")
    }
    folder = make_open_folder()
    server = await start_nats(State.open(folder), everything)
    try:
        yield server
    finally:
        await server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def cluster(postgres: Postgres, nats: Nats) -> Cluster:
    """Give both servers of the session."""
    return Cluster(postgres=postgres, nats=nats)


class _Databases:
    """Fresh migrated databases: copies of one migrated template a service."""

    def __init__(self, server: Postgres, state: State) -> None:
        self._server, self._state = server, state
        self._templates: set[str] = set()
        self._made = 0
        self.open: list[str] = []

    async def fresh(self, service: str) -> str:
        """Make a database of `service` and return its address for the service's own role."""
        password = self._state.secret(f"db:{service}")
        template = f"{service}_modele"
        if template not in self._templates:
            await self._run(f'CREATE DATABASE "{template}" OWNER "{service}"')
            await upgrade(service, self._server.url(template, service, password))
            self._templates.add(template)
        self._made += 1
        name = f"{service}_essai_{self._made}"
        await self._run(f'CREATE DATABASE "{name}" OWNER "{service}" TEMPLATE "{template}"')
        self.open.append(name)
        return self._server.url(name, service, password)

    async def drop(self) -> None:
        """Drop the databases of the test that ends, its forgotten connections with them."""
        while self.open:
            await self._run(f'DROP DATABASE "{self.open.pop()}" WITH (FORCE)')

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(self._server.url("postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@pytest.fixture(scope="session")
def databases(postgres: Postgres, test_state: State) -> _Databases:
    """Give the maker of databases of the session."""
    return _Databases(postgres, test_state)


@pytest.fixture
async def database_url(databases: _Databases) -> AsyncIterator[DatabaseUrl]:
    """Give the maker of fresh migrated databases, `(service) -> address`; dropped afterwards."""
    yield databases.fresh
    await databases.drop()


@pytest.fixture
def free_port() -> int:
    """Give a port that nobody listens on."""
    return ports.free_port()
