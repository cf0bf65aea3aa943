"""The letter as an Internet message: headers, text and HTML, calendar file."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.notifications.gateways.letters.render import Letter

# Seven bits on the wire: every server takes them, whatever extensions it offers.
_POLICY = SMTP.clone(cte_type="7bit")
_POLICY_UTF8 = SMTP.clone(utf8=True, cte_type="8bit")


class UnusableAddress(ValueError):
    """The address cannot be written in a message; the message is not the place to say more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Correspondent:
    """A name and an address."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A calendar file and what it asks the diary to do."""

    content: bytes
    method: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """What is handed to the mail server: the two addresses of the dialogue, and the bytes."""

    sender: str
    recipient: str
    content: bytes
    needs_utf8: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Stamp:
    """What identifies one message: the same Message-ID each time it is sent."""

    header_id: str
    date: datetime


def wire_address(address: str) -> str:
    """The address as the mail server wants it: the domain in ASCII (IDNA 2008).

    Raises UnusableAddress when it is none.
    """
    import idna

    local, at, domain = address.strip().rpartition("@")
    if not (local and at and domain) or any(not c.isprintable() for c in address):
        raise UnusableAddress
    if domain.isascii():
        return f"{local}@{domain.lower()}"
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError as error:
        raise UnusableAddress from error


def seal(
    letter: Letter,
    *,
    sender: Correspondent,
    recipient: Correspondent,
    stamp: Stamp,
    attachment: Attachment | None = None,
    reply_to: str | None = None,
) -> Envelope:
    """Put the letter in its envelope. Raises UnusableAddress when an address is not one."""
    address = wire_address(recipient.address)
    needs_utf8 = not address.isascii()
    message = EmailMessage(policy=_POLICY_UTF8 if needs_utf8 else _POLICY)
    message["From"] = _header(sender.name, wire_address(sender.address))
    message["To"] = _header(recipient.name, address)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(stamp.date)
    message["Message-ID"] = stamp.header_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "fr"
    if reply_to:
        message["Reply-To"] = _header("", wire_address(reply_to))
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if attachment is not None:
        message.add_attachment(
            attachment.content.decode(),
            subtype="calendar",
            cte="base64",
            filename="invitation.ics",
            params={"method": attachment.method},
        )
    return Envelope(
        sender=wire_address(sender.address),
        recipient=address,
        content=message.as_bytes(),
        needs_utf8=needs_utf8,
    )


def _header(name: str, address: str) -> Address:
    clean = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not address.isascii():
        # The standard library parses ASCII only; `wire_address` has checked the rest.
        local, _, domain = address.rpartition("@")
        return Address(display_name=clean, username=local, domain=domain)
    try:
        return Address(display_name=clean, addr_spec=address)
    except (ValueError, IndexError) as error:
        raise UnusableAddress from error
