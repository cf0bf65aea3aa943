"""A small service made for the tests, run by the real chassis."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from joserfc.jwk import OKPKey

from deploy.local.nats import Nats
from deploy.local.postgres import Postgres
from shared.messaging.schema import V1 as MESSAGING
from shared.runtime.settings import ServiceSettings
from shared.security import tokens
from shared.security.schema import V1 as SECURITY


@pytest.fixture(scope="session")
def issuer() -> dict[str, Any]:
    """The issuer's private key."""
    return dict(OKPKey.generate_key("Ed25519").as_dict(private=True))


@pytest.fixture
def bearer(issuer: dict[str, Any]) -> Any:
    """Makes the header of an API call with a role."""

    def header(*roles: str) -> dict[str, str]:
        token = tokens.mint(
            issuer,
            subject="local:essai",
            roles=roles,
            audience="api",
            lifetime=timedelta(hours=1),
            now=datetime.now(UTC),
        )
        return {"Authorization": f"Bearer {token}"}

    return header


@pytest.fixture
async def settings(postgres: Postgres, open_nats: Nats, issuer: dict[str, Any]) -> ServiceSettings:
    """Settings of a service whose database only has the rooms' tables."""
    import json

    administrator = await asyncpg.connect(postgres.url("postgres"))
    await administrator.execute("DROP DATABASE IF EXISTS chassis WITH (FORCE)")
    await administrator.execute("CREATE DATABASE chassis")
    await administrator.close()
    connection = await asyncpg.connect(postgres.url("chassis"))
    await connection.execute(MESSAGING + SECURITY)
    await connection.execute("CREATE TABLE kept (word text)")
    await connection.close()
    return ServiceSettings(
        database_url=postgres.url("chassis"),
        nats_url=open_nats.url("a"),
        issuer_public_jwk=json.dumps({k: v for k, v in issuer.items() if k != "d"}),
        ui_secret="essai",
    )


def client(app: Any) -> httpx.AsyncClient:
    """A browser or a script, in front of one application mounted where it really is."""
    from starlette.routing import Mount, Router

    mounted = Router([Mount("/events", app=app)])
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(mounted, raise_app_exceptions=False),
        base_url="http://127.0.0.1:8041",
    )
