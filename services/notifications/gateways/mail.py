"""The dialogue with the mail server: a few connections kept open, one clear outcome a message."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from services.notifications.gateways.envelope import Envelope

if TYPE_CHECKING:
    from aiosmtplib import SMTP

_ABOUT_US = frozenset({421, 530, 535, 538})
"""The server leaves, or does not know us: that says nothing of the message (RFC 5321, RFC 4954)."""


class Outcome(StrEnum):
    """What is known once the dialogue is over."""

    ACCEPTED = "accepted"
    NOT_NOW = "not-now"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """An outcome, with the server's reply code when it gave one (never its text)."""

    outcome: Outcome
    code: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MailServer:
    """Where the mail server is and how to speak to it."""

    host: str
    port: int
    tls: bool
    username: str | None = None
    password: str | None = None
    timeout: float = 30.0

    @classmethod
    def from_url(cls, url: str, *, timeout: float = 30.0) -> "MailServer":
        """Read `smtp://user:password@host:port` or `smtps://…`. Raises ValueError otherwise."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("SMTP_URL looks like smtp://user:password@host:port or smtps://host")
        tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if tls else 25),
            tls=tls,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            timeout=timeout,
        )


class Mailer:
    """Sends envelopes over at most `connections` connections, reused from one to the next."""

    def __init__(self, server: MailServer, *, connections: int = 2) -> None:
        self.server = server
        self._idle: list[SMTP] = []
        self._room = asyncio.Semaphore(connections)

    async def send(self, envelope: Envelope) -> Delivery:
        """Hand one envelope over. Never raises for what the server or the network did."""
        async with self._room:
            while self._idle:
                client = self._idle.pop()
                delivery = await self._converse(client, envelope)
                # A connection kept open may have been closed meanwhile: that says nothing.
                if delivery.outcome is not Outcome.UNREACHABLE:
                    return delivery
            return await self._converse(None, envelope)

    async def close(self) -> None:
        """Take leave of the server."""
        from aiosmtplib import SMTPException

        while self._idle:
            client = self._idle.pop()
            try:
                await client.quit(timeout=2)
            except (SMTPException, OSError):
                client.close()

    async def _converse(self, client: "SMTP | None", envelope: Envelope) -> Delivery:
        from aiosmtplib import SMTPException, SMTPResponseException

        try:
            client = client or await self._connect()
        except SMTPResponseException as error:
            return Delivery(outcome=Outcome.UNREACHABLE, code=error.code)
        except (SMTPException, OSError):
            return Delivery(outcome=Outcome.UNREACHABLE)
        try:
            delivery = await _hand_over(client, envelope)
        except BaseException:
            client.close()
            raise
        if delivery.outcome in (Outcome.UNREACHABLE, Outcome.UNKNOWN) or not client.is_connected:
            client.close()
        else:
            self._idle.append(client)
        return delivery

    async def _connect(self) -> "SMTP":
        from aiosmtplib import SMTP

        client = SMTP(
            hostname=self.server.host,
            port=self.server.port,
            use_tls=self.server.tls,
            start_tls=False if self.server.tls else None,
            username=self.server.username,
            password=self.server.password,
            timeout=self.server.timeout,
        )
        try:
            await client.connect()
            await client.ehlo()
        except BaseException:
            client.close()
            raise
        return client


async def _hand_over(client: "SMTP", envelope: Envelope) -> Delivery:
    from aiosmtplib import SMTPException, SMTPResponseException

    reached_data = False
    try:
        if envelope.needs_utf8 and not client.supports_extension("smtputf8"):
            return Delivery(outcome=Outcome.REFUSED)
        options = ["SMTPUTF8", "BODY=8BITMIME"] if envelope.needs_utf8 else []
        encoding = "utf-8" if envelope.needs_utf8 else "ascii"
        await client.mail(envelope.sender, options=options, encoding=encoding)
        await client.rcpt(envelope.recipient, encoding=encoding)
        reached_data = True
        reply = await client.data(envelope.content)
    except SMTPResponseException as error:
        return await _said_no(client, error.code)
    except (SMTPException, OSError):
        # Cut after the letter began to leave: the server may have it (RFC 1047).
        return Delivery(outcome=Outcome.UNKNOWN if reached_data else Outcome.UNREACHABLE)
    return Delivery(outcome=Outcome.ACCEPTED, code=reply.code)


async def _said_no(client: "SMTP", code: int) -> Delivery:
    from aiosmtplib import SMTPException

    if code in _ABOUT_US:
        client.close()
        return Delivery(outcome=Outcome.UNREACHABLE, code=code)
    try:
        await client.rset()
    except (SMTPException, OSError):
        client.close()
    refused = 500 <= code < 600
    return Delivery(outcome=Outcome.REFUSED if refused else Outcome.NOT_NOW, code=code)
