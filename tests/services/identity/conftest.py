"""Identity and one other service, on real databases, without a network."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from joserfc.jwk import OKPKey

from services.identity.main import service as identity
from services.identity.settings import IdentitySettings
from services.notifications.main import service as notifications
from services.notifications.settings import NotificationsSettings
from shared.runtime.host import front
from shared.runtime.running import RunningService
from tests.services.identity.clock import FrozenClock

BASE = "http://ancrage.test"


@dataclass
class House:
    """The two services behind one address, as a browser sees them."""

    identity: RunningService
    notifications: RunningService
    application: Any
    clock: FrozenClock

    def browser(self) -> httpx.AsyncClient:
        """A browser of its own: cookies are kept, redirections followed by hand."""
        transport = httpx.ASGITransport(app=self.application)
        return httpx.AsyncClient(transport=transport, base_url=BASE)


@pytest.fixture
def development_sign_in() -> bool:
    """Say whether the sign-in without password is open."""
    return True


@pytest.fixture
async def house(
    database_url: Callable[[str], Awaitable[str]], development_sign_in: bool
) -> AsyncIterator[House]:
    """Give identity with its demonstration's accounts, and notifications."""
    clock = FrozenClock()
    key = OKPKey.generate_key("Ed25519")
    common: dict[str, Any] = {
        "nats_url": "nats://127.0.0.1:9",
        "public_url": BASE,
        "issuer_public_jwk": json.dumps(key.as_dict(private=False)),
        "ui_secret": "secret of the tests",
    }
    one = RunningService(
        identity,
        IdentitySettings(
            database_url=await database_url("identity"),
            issuer_private_jwk=json.dumps(key.as_dict(private=True)),
            development_sign_in=development_sign_in,
            **common,
        ),
        read_clock=clock,
    )
    other = RunningService(
        notifications,
        NotificationsSettings(database_url=await database_url("notifications"), **common),
        read_clock=clock,
    )
    async with one.resources.acting("test") as session:
        assert identity.reference is not None
        await identity.reference(session, clock())
    await one.load_demo()
    application = front([("identity", one.app), ("notifications", other.app)])
    yield House(identity=one, notifications=other, application=application, clock=clock)
    for running in (one, other):
        await running.database.close()
        running.telemetry.close()
