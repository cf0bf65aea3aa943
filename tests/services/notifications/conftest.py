"""Notifications on a real database, with a real mail server."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from joserfc.jwk import OKPKey
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text

from services.notifications.main import service
from services.notifications.settings import NotificationsSettings
from shared.runtime.running import RunningService
from shared.telemetry import Telemetry
from tests.services.notifications.clock import FrozenClock
from tests.services.notifications.mail_server import MailServer
from tests.services.notifications.world import World

# One commune is enough for letters; the whole territory has tests of its own.
VENDOME = text(
    """
    INSERT INTO territory_commune
        (code, name, folded, population, postal_codes, lat, lon, department, valid_from)
    VALUES ('41269', 'Vendôme', 'vendome', 15921, '{41100}', 47.79, 1.07, '41', '2026-01-01')
    """
)
KEY = OKPKey.generate_key("Ed25519")


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    """Give a mail server that behaves until told otherwise."""
    server = MailServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def spans() -> InMemorySpanExporter:
    """Give the place where spans end."""
    return InMemorySpanExporter()


@pytest.fixture
async def world(
    database_url: Callable[[str], Awaitable[str]], mail: MailServer, spans: InMemorySpanExporter
) -> AsyncIterator[World]:
    """Give the service, its jobs and readers at rest: tests play them step by step."""
    clock = FrozenClock()
    settings = NotificationsSettings(
        database_url=await database_url("notifications"),
        nats_url="nats://127.0.0.1:9",
        public_url="https://ancrage.test",
        issuer_public_jwk=json.dumps(KEY.as_dict(private=False)),
        ui_secret="secret of the tests",
        link_keys={"events": "key of events", "logement": "key of logement"},
        smtp_url=mail.url,
        smtp_timeout=2.0,
    )
    running = RunningService(
        service, settings, read_clock=clock, telemetry=Telemetry("notifications", spans)
    )
    async with running.resources.acting("test") as session:
        await session.execute(VENDOME)
    yield World(running=running, mail=mail, clock=clock)
    await running.database.close()
    running.telemetry.close()
