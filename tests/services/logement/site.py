"""The service over ASGI: what a browser or a script sees."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import httpx
from joserfc.jwk import OKPKey

from shared.persistence.sessions import Database
from shared.persistence.tables import uuid7
from shared.runtime.running import RunningService
from shared.security import sessions
from shared.security.links import sign
from shared.security.tokens import mint

LINK_KEY = "clé-des-liens-d-essai"


@dataclass
class Site:
    """A browser, a script, and the clock."""

    running: RunningService
    database: Database
    client: httpx.AsyncClient
    key: OKPKey
    clock: dict[str, datetime]
    csrf_token: str = ""

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

    async def sign_in(self, *roles: str) -> None:
        """Open a staff session in the browser."""
        async with self.database.transaction() as session:
            token = await sessions.open_session(session, uuid7(), roles, now=self.now)
            opened = await sessions.find_session(session, token, now=self.now)
        assert opened is not None
        self.client.cookies.set("ancrage-logement", token)
        self.csrf_token = opened.csrf_token

    async def get(self, path: str) -> httpx.Response:
        """Read a page."""
        return await self.client.get(f"/logement{path}")

    async def post(self, path: str, **data: Any) -> httpx.Response:
        """Send a form."""
        fields = {"csrf_token": self.csrf_token, **data}
        return await self.client.post(f"/logement{path}", data=fields)

    def link(self, purpose: str, object_id: UUID, *, days: int = 7, epoch: int = 1) -> str:
        """The token of a link, as a letter carries it."""
        until = self.now + timedelta(days=days)
        return sign(LINK_KEY, purpose=purpose, object_id=object_id, epoch=epoch, expires_at=until)


def words(answer: httpx.Response) -> str:
    """What a page says, tags and non-breaking spaces taken out."""
    text = unescape(re.sub(r"<[^>]+>", " ", answer.text))
    return re.sub(r"\s+", " ", text)
