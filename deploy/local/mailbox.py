"""The mail catcher of the laptop: a real SMTP server that keeps mails instead of sending them."""

import asyncio
import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deploy.local.ports import LOOPBACK
from shared.persistence.folding import fold

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

_LOG: Final = logging.getLogger("ancrage.courrier")
_LARGEST_BYTES: Final = 33_554_432
# The envelope is kept as one more header of the file: it may differ from what « To » says.
_RECIPIENTS: Final = "X-Ancrage-Recipients"


@dataclass(frozen=True, kw_only=True)
class MailHead:
    """What the list shows of a mail."""

    mail_id: str
    received_at: datetime
    recipients: tuple[str, ...]
    sender: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file inside a mail: its place among the attachments, name, type and size in bytes."""

    index: int
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail opened: its head, its headers, its text and HTML when it has them, its files."""

    head: MailHead
    headers: tuple[tuple[str, str], ...]
    text: str | None
    html: str | None
    attachments: tuple[Attachment, ...] = field(default=())


class Mailbox:
    """A folder of `.eml` files, named so that their order is that of their arrival."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._heads: dict[str, MailHead] = {}
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def keep(self, content: bytes, recipients: Iterable[str], now: datetime) -> str:
        """Store a mail as it came and return its id."""
        mail_id = f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        draft = self._folder / f".{mail_id}"
        envelope = f"{_RECIPIENTS}: {', '.join(recipients)}\r\n".encode()
        draft.write_bytes(envelope + content)
        draft.chmod(0o600)
        draft.replace(self._path(mail_id))
        return mail_id

    def newest(self, search: str = "", limit: int = 200) -> list[MailHead]:
        """Return the newest mails first, those whose recipient or subject holds every word."""
        words = fold(search).split()
        found: list[MailHead] = []
        for path in sorted(self._folder.glob("*.eml"), reverse=True):
            head = self._head(path)
            text = fold(" ".join((*head.recipients, head.subject)))
            if all(word in text for word in words):
                found.append(head)
            if len(found) == limit:
                break
        return found

    def open(self, mail_id: str) -> Mail | None:
        """Return a mail, or None when there is none of that id."""
        path = self._path(mail_id)
        message = _read(path)
        if message is None:
            return None
        return Mail(
            head=self._head(path),
            headers=tuple(
                (name, str(value)) for name, value in message.items() if name != _RECIPIENTS
            ),
            text=_body(message, "plain"),
            html=_body(message, "html"),
            attachments=tuple(
                Attachment(
                    index=index,
                    name=part.get_filename() or f"fichier-{index + 1}",
                    media_type=part.get_content_type(),
                    size=len(_bytes(part)),
                )
                for index, part in enumerate(message.iter_attachments())
            ),
        )

    def attachment(self, mail_id: str, index: int) -> tuple[Attachment, bytes] | None:
        """Return one file of a mail and its content, or None."""
        mail, message = self.open(mail_id), _read(self._path(mail_id))
        if mail is None or message is None or not 0 <= index < len(mail.attachments):
            return None
        return mail.attachments[index], _bytes(list(message.iter_attachments())[index])

    def raw(self, mail_id: str) -> bytes | None:
        """Return the mail as it travelled, or None."""
        path = self._path(mail_id)
        return path.read_bytes().split(b"\r\n", 1)[1] if path.is_file() else None

    def _path(self, mail_id: str) -> Path:
        # The id comes from an address: nothing but its own characters reaches the disk.
        safe = "".join(letter for letter in mail_id if letter.isalnum() or letter == "-")
        return self._folder / f"{safe}.eml"

    def _head(self, path: Path) -> MailHead:
        if path.stem not in self._heads:
            message = _read(path)
            if message is None:
                raise FileNotFoundError(path)
            self._heads[path.stem] = MailHead(
                mail_id=path.stem,
                received_at=datetime.strptime(path.stem[:21], "%Y%m%dT%H%M%S%f").replace(
                    tzinfo=UTC
                ),
                recipients=tuple(str(message[_RECIPIENTS]).split(", ")),
                sender=str(message["From"] or ""),
                subject=str(message["Subject"] or ""),
            )
        return self._heads[path.stem]


def _read(path: Path) -> EmailMessage | None:
    if not path.is_file():
        return None
    return message_from_bytes(path.read_bytes(), EmailMessage, policy=policy.default)


def _body(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body((kind,))
    return None if part is None else str(part.get_content())


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else part.as_bytes()


class _Catcher:
    """What aiosmtpd calls for each mail."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: "SMTP", session: "Session", envelope: "Envelope") -> str:  # noqa: ARG002, N802 - aiosmtpd's names
        """Keep the mail; only then is it accepted."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        mail_id = await asyncio.to_thread(
            self._mailbox.keep, content, envelope.rcpt_tos, datetime.now(UTC)
        )
        _LOG.info("mail %s kept", mail_id)
        return f"250 OK {mail_id}"


async def start_catcher(mailbox: Mailbox, port: int) -> asyncio.Server:
    """Listen for mail at `port` of the loopback address; close the server to stop."""
    from aiosmtpd.smtp import SMTP

    loop = asyncio.get_running_loop()

    def protocol() -> "SMTP":
        return SMTP(
            _Catcher(mailbox),
            enable_SMTPUTF8=True,
            data_size_limit=_LARGEST_BYTES,
            hostname="ancrage.localhost",
            ident="Ancrage",
            loop=loop,
        )

    return await loop.create_server(protocol, LOOPBACK, port)
