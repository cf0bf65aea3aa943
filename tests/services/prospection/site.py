"""The service over ASGI: what a browser or a script sees."""

import re
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
from joserfc.jwk import OKPKey

from shared.persistence.sessions import Database
from shared.persistence.tables import uuid7
from shared.runtime.running import RunningService
from shared.security import sessions
from shared.security.tokens import mint
from tests.services.prospection.clock import NOW

API = "/prospection/api/v1"


@dataclass
class Site:
    """A browser and a script."""

    running: RunningService
    database: Database
    client: httpx.AsyncClient
    key: OKPKey
    csrf_token: str = ""

    def bearer(self, *roles: str) -> dict[str, str]:
        """Headers of a script that has these roles."""
        token = mint(
            self.key.as_dict(private=True),
            subject=str(uuid7()),
            roles=roles,
            audience="api",
            lifetime=timedelta(hours=1),
            now=NOW,
        )
        return {"authorization": f"Bearer {token}"}

    async def sign_in(self, *roles: str) -> None:
        """Open a staff session in the browser."""
        async with self.database.transaction() as session:
            token = await sessions.open_session(session, uuid7(), roles, now=NOW)
            opened = await sessions.find_session(session, token, now=NOW)
        assert opened is not None
        self.client.cookies.set("ancrage-prospection", token)
        self.csrf_token = opened.csrf_token

    async def get(self, path: str) -> httpx.Response:
        """Read a page."""
        return await self.client.get(f"/prospection{path}")

    async def post(
        self, path: str, *, file: tuple[str, bytes] | None = None, **data: Any
    ) -> httpx.Response:
        """Send a form."""
        fields = {"csrf_token": self.csrf_token, **data}
        files = {"file": file} if file else None
        return await self.client.post(f"/prospection{path}", data=fields, files=files)

    async def read(self, path: str, *roles: str) -> httpx.Response:
        """Read the API as a script."""
        return await self.client.get(
            f"{API}{path}", headers=self.bearer(*(roles or ("prospection",)))
        )

    async def send(self, path: str, **more: Any) -> httpx.Response:
        """Write through the API as a script."""
        return await self.client.post(f"{API}{path}", headers=self.bearer("prospection"), **more)


def words(answer: httpx.Response) -> str:
    """What a page says, tags and non-breaking spaces taken out."""
    text = unescape(re.sub(r"<[^>]+>", " ", answer.text))
    return re.sub(r"\s+", " ", text)
