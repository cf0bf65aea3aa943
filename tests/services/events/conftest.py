"""A real database of events, and the service over ASGI with a clock that the test moves."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import asyncpg
import httpx
import pytest
from joserfc.jwk import OKPKey
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.main import service
from services.events.settings import EventsSettings
from shared.persistence.sessions import Database
from shared.persistence.tables import uuid7
from shared.runtime.running import RunningService
from shared.security import sessions
from shared.security.tokens import mint
from shared.territory.seed import seed

NOON = datetime(2027, 4, 1, 10, tzinfo=UTC)
LINK_KEY = "clé-des-liens-d-essai"


class Databases(Protocol):
    """The maker of databases of the session (tests/conftest.py)."""

    open: list[str]

    async def fresh(self, service: str) -> str:
        """Make a migrated database; it is dropped with the test unless taken off `open`."""
        ...


EMPTIED = """
TRUNCATE event, event_seats, participant, registration, idempotency_key, zoom_slot, journal,
    aggregate_sequence, card_mark, web_session, known_account, directory
"""


@pytest.fixture(scope="session")
async def territory_url(databases: Databases) -> str:
    """One migrated database with the territory, for all these tests: loading it takes a while."""
    address = await databases.fresh("events")
    databases.open.remove(address.rsplit("/", 1)[1])
    database = Database(address, name="essai", pool_size=1)
    async with database.transaction() as session:
        await seed(session)
    await database.close()
    return address


@pytest.fixture
async def url(territory_url: str) -> str:
    """The same database, empty of evenings and people."""
    connection = await asyncpg.connect(territory_url)
    await connection.execute(EMPTIED)
    await connection.close()
    return territory_url


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """The pool of the service, as it runs."""
    database = Database(url, name="essai")
    yield database
    await database.close()


@pytest.fixture
async def session(database: Database) -> AsyncIterator[AsyncSession]:
    """One transaction, committed when the test ends."""
    async with database.transaction() as session:
        yield session


@dataclass
class Site:
    """The service over ASGI: what a browser or a script sees."""

    running: RunningService
    client: httpx.AsyncClient
    key: OKPKey
    clock: dict[str, datetime] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """What the service's clock says."""
        return self.clock["now"]

    def wait(self, delay: timedelta) -> None:
        """Move the clock."""
        self.clock["now"] += delay

    def bearer(self, *roles: str) -> dict[str, str]:
        """Headers of a script that has these roles."""
        token = mint(
            self.key.as_dict(private=True),
            subject=str(uuid7()),
            roles=roles,
            audience="api",
            lifetime=timedelta(hours=1),
            now=self.now,
        )
        return {"authorization": f"Bearer {token}"}

    async def sign_in(self, *roles: str) -> str:
        """Open a staff session in the client; returns its anti-forgery token."""
        async with self.running.database.transaction() as session:
            token = await sessions.open_session(session, uuid7(), roles, now=self.now)
            opened = await sessions.find_session(session, token, now=self.now)
        assert opened is not None
        self.client.cookies.set("ancrage-events", token)
        return opened.csrf_token

    async def post(self, path: str, **data: Any) -> httpx.Response:
        """Send a form."""
        return await self.client.post(f"/events{path}", data=data)

    async def get(self, path: str) -> httpx.Response:
        """Read a page."""
        return await self.client.get(f"/events{path}")


@pytest.fixture
async def site(url: str) -> AsyncIterator[Site]:
    """The service, its messaging at rest: pages do not need it."""
    from shared.runtime.host import front

    key = OKPKey.generate_key("Ed25519", private=True)
    settings = EventsSettings(
        database_url=url,
        nats_url="nats://127.0.0.1:9",
        issuer_public_jwk=json.dumps(key.as_dict(private=False)),
        link_keys={"events": LINK_KEY},
        ui_secret="secret-d-essai",
    )
    clock = {"now": NOON}
    running = RunningService(service, settings, read_clock=lambda: clock["now"])
    transport = httpx.ASGITransport(front([("events", running.app)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://ancrage.test") as client:
        yield Site(running=running, client=client, key=key, clock=clock)
    await running.database.close()
    running.telemetry.close()
