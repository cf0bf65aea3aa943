"""A real database of prospection, and the service over ASGI."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from joserfc.jwk import OKPKey

from services.prospection.main import service
from services.prospection.settings import ProspectionSettings
from shared.messaging.causes import because_of_a_click
from shared.persistence.sessions import Database
from shared.runtime.host import front
from shared.runtime.running import RunningService
from tests.conftest import DatabaseUrl
from tests.services.prospection.clock import NOW
from tests.services.prospection.site import Site


@pytest.fixture
async def url(database_url: DatabaseUrl) -> str:
    """Give a migrated database of prospection."""
    return await database_url("prospection")


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """Give the pool of the service, as it runs."""
    opened = Database(url, name="essai")
    with because_of_a_click("essai"):
        yield opened
    await opened.close()


@pytest.fixture
async def site(url: str, database: Database) -> AsyncIterator[Site]:
    """Give the service, its messaging at rest: pages do not need it."""
    key = OKPKey.generate_key("Ed25519", private=True)
    settings = ProspectionSettings(
        database_url=url,
        nats_url="nats://127.0.0.1:9",
        issuer_public_jwk=json.dumps(key.as_dict(private=False)),
        ui_secret="secret-d-essai",
    )
    running = RunningService(service, settings, read_clock=lambda: NOW)
    transport = httpx.ASGITransport(front([("prospection", running.app)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://ancrage.test") as client:
        yield Site(running=running, database=database, client=client, key=key)
    await running.database.close()
