"""A real mail server that may misbehave as it is told to."""

import asyncio
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer:
    """Keeps what it accepts; `replies` says what to answer to the next letters instead of 250.

    The reply `"drop"` cuts the connection after the final dot, without a word.
    """

    def __init__(self) -> None:
        self.kept: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.replies: list[str] = []
        self.dialogues = 0
        self.connections = 0
        self.port = 0
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"smtp://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen, on the same port as before if it did."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no longer."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def _protocol(self) -> SMTP:
        self.connections += 1
        return SMTP(self, enable_SMTPUTF8=True, hostname="mail.test")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002 - aiosmtpd's names
        """Answer to a letter."""
        self.dialogues += 1
        reply = self.replies.pop(0) if self.replies else "250 OK"
        if reply in ("drop", "250 OK"):
            content = cast("bytes", envelope.original_content)
            self.kept.append(message_from_bytes(content, policy=default))
            self.recipients += envelope.rcpt_tos
        if reply == "drop":
            cast("asyncio.Transport", server.transport).abort()
        return reply
