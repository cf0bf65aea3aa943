"""A real database of logement, and the service over ASGI with a clock that the test moves."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from joserfc.jwk import OKPKey
from sqlalchemy import text

from services.logement.main import service
from services.logement.settings import LogementSettings
from shared.messaging.causes import because_of_a_click
from shared.persistence.sessions import Database
from shared.runtime.host import front
from shared.runtime.running import RunningService
from shared.territory.seed import seed
from tests.conftest import _Databases as Databases
from tests.services.logement.moments import NOW
from tests.services.logement.site import LINK_KEY, Site

_EMPTY = text(
    "TRUNCATE stay, proposal, request, applicant, offer, dwelling, journal, aggregate_sequence, "
    "card_mark, web_session"
)


@pytest.fixture(scope="session")
async def url(databases: Databases) -> str:
    """Give the session's database of logement, its territory loaded once."""
    address = await databases.fresh("logement")
    databases.open.pop()  # it outlives the test that asks for it first
    opened = Database(address, name="essai", pool_size=1)
    async with opened.transaction() as session:
        await seed(session)
    await opened.close()
    return address


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """Give the pool of the service, as it runs, on empty tables."""
    opened = Database(url, name="essai")
    async with opened.transaction() as session:
        await session.execute(_EMPTY)
    with because_of_a_click("essai"):
        yield opened
    await opened.close()


@pytest.fixture
async def site(url: str, database: Database) -> AsyncIterator[Site]:
    """Give the service, its messaging at rest: pages do not need it."""
    key = OKPKey.generate_key("Ed25519", private=True)
    settings = LogementSettings(
        database_url=url,
        nats_url="nats://127.0.0.1:9",
        issuer_public_jwk=json.dumps(key.as_dict(private=False)),
        link_keys={"logement": LINK_KEY},
        ui_secret="secret-d-essai",
    )
    clock = {"now": NOW}
    running = RunningService(service, settings, read_clock=lambda: clock["now"])
    transport = httpx.ASGITransport(front([("logement", running.app)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://ancrage.test") as client:
        yield Site(running=running, database=database, client=client, key=key, clock=clock)
    await running.database.close()
