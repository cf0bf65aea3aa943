"""What leaves is a well-formed Internet message, whoever it is for."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

import pytest
from icalendar import Calendar

from services.notifications.gateways.calendar import Appointment, calendar_file
from services.notifications.gateways.envelope import (
    Attachment,
    Correspondent,
    Envelope,
    Stamp,
    UnusableAddress,
    seal,
    wire_address,
)
from services.notifications.gateways.letters.render import Letter
from services.notifications.gateways.mail import MailServer
from tests.services.notifications.world import World

LETTER = Letter(subject="Objet accentué é", text="Bonjour\u00a0!\n", html="<p>Bonjour</p>")
SENDER = Correspondent(name="Agence d’attractivité", address="bonjour@ancrage.example")
STAMP = Stamp(header_id="<1@ancrage.example>", date=datetime(2027, 3, 1, 9, tzinfo=UTC))
EVENING = Appointment(
    event_id=UUID(int=7),
    title="Soirée, d’accueil",
    starts_at=datetime(2027, 10, 30, 17, tzinfo=UTC),
    ends_at=datetime(2027, 10, 31, 20, tzinfo=UTC),
    where="Salle des fêtes, Vendôme",
    sequence=3,
)


def _calendar(appointment: Appointment) -> bytes:
    return calendar_file(
        appointment,
        url="https://ancrage.test/e",
        organizer="bonjour@ancrage.example",
        stamped_at=datetime(2027, 3, 1, tzinfo=UTC),
    )


def _seal(name: str, address: str) -> Envelope:
    return seal(
        LETTER,
        sender=SENDER,
        recipient=Correspondent(name=name, address=address),
        stamp=STAMP,
        attachment=Attachment(content=_calendar(EVENING), method="PUBLISH"),
    )


def _read(envelope: Envelope) -> EmailMessage:
    return message_from_bytes(envelope.content, EmailMessage, policy=policy.default)


def test_text_html_and_calendar_travel_together_in_seven_bits() -> None:
    envelope = _seal("Zoé Noël", "zoe@exemple.fr")
    message = _read(envelope)

    assert envelope.content.isascii()
    assert b"\r\n" in envelope.content
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<1@ancrage.example>"
    assert message["To"].addresses[0].display_name == "Zoé Noël"
    kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    (attached,) = message.iter_attachments()
    assert attached.get_param("method") == "PUBLISH"
    assert attached.get_param("charset") == "utf-8"


def test_an_international_domain_is_written_in_ascii() -> None:
    envelope = _seal("Zoé", "zoe@hôpital-vendôme.fr")

    assert envelope.recipient == "zoe@xn--hpital-vendme-plbk.fr"
    assert not envelope.needs_utf8


def test_only_an_accent_before_the_at_sign_needs_smtputf8() -> None:
    envelope = _seal("Zoé", "zoé@exemple.fr")

    assert envelope.needs_utf8
    assert "<zoé@exemple.fr>".encode() in envelope.content


def test_a_name_cannot_add_a_header() -> None:
    message = _read(_seal("Zoé\r\nBcc: tous@exemple.fr", "zoe@exemple.fr"))

    assert message["Bcc"] is None
    assert len(message["To"].addresses) == 1


@pytest.mark.parametrize("address", ["", "zoe", "@exemple.fr", "zoe@", "zoe@a\r\nb.fr", "z@é..fr"])
def test_what_is_no_address_is_said_to_be_unusable(address: str) -> None:
    with pytest.raises(UnusableAddress):
        wire_address(address)


def test_a_quoted_local_part_survives() -> None:
    assert _seal("Zoé", '"zoe noel"@exemple.fr').recipient == '"zoe noel"@exemple.fr'


def test_the_diary_gets_paris_time_across_the_october_change() -> None:
    calendar = Calendar.from_ical(_calendar(EVENING))
    (entry,) = calendar.walk("VEVENT")
    (zone,) = calendar.walk("VTIMEZONE")

    assert calendar["METHOD"] == "PUBLISH"
    assert zone["TZID"] == "Europe/Paris"
    assert entry["SEQUENCE"] == 3
    assert entry.decoded("DTSTART").isoformat() == "2027-10-30T19:00:00+02:00"
    assert entry.decoded("DTEND").isoformat() == "2027-10-31T21:00:00+01:00"


def test_the_address_of_the_server_is_read_with_its_password() -> None:
    server = MailServer.from_url("smtps://agence%40x:p%2Fw@mail.exemple.fr")

    assert (server.host, server.port, server.tls) == ("mail.exemple.fr", 465, True)
    assert (server.username, server.password) == ("agence@x", "p/w")


@pytest.mark.parametrize("url", ["mail.exemple.fr", "http://mail", "smtp://"])
def test_another_kind_of_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="SMTP_URL"):
        MailServer.from_url(url)


async def test_an_accented_address_is_delivered_by_a_server_that_can(world: World) -> None:
    await world.publish()
    await world.card("zoé@exemple.fr")
    await world.confirm()

    await world.send()

    assert await world.states() == [("registration-confirmed", "sent")]
    assert world.mail.recipients == ["zoé@exemple.fr"]


async def test_the_link_of_the_letter_opens_the_registration(world: World) -> None:
    import re
    from datetime import timedelta

    from shared.security.links import LinkExpired, read

    await world.publish()
    await world.card()
    await world.confirm(link_epoch=4)
    await world.send()

    body = world.mail.kept[0].get_body(("plain",))
    assert body is not None
    found = re.search(r"https://ancrage.test/events/inscription\?lien=(\S+)", body.get_content())
    assert found is not None
    evening_ends = datetime(2027, 5, 20, 20, tzinfo=UTC)
    allowed = read("key of events", found[1], purpose="manage-registration", now=evening_ends)
    assert (allowed.object_id, allowed.epoch) == (world.registration_id, 4)
    with pytest.raises(LinkExpired):
        read(
            "key of events",
            found[1],
            purpose="manage-registration",
            now=evening_ends + timedelta(days=1),
        )
