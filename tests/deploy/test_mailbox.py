"""The mail catcher: mails by real SMTP, and the pages that show them."""

import smtplib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTPUTF8
from pathlib import Path
from urllib.parse import quote

import aiosmtplib
import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from deploy.local.mailbox import Mailbox, start_catcher
from deploy.local.mailbox_pages import mailbox_pages
from deploy.local.ports import free_port

_NOW = datetime(2027, 5, 20, 17, tzinfo=UTC)


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "courrier")


@pytest.fixture
async def smtp_port(mailbox: Mailbox) -> AsyncIterator[int]:
    port = free_port()
    server = await start_catcher(mailbox, port)
    yield port
    server.close()
    await server.wait_closed()


@pytest.fixture
async def pages(mailbox: Mailbox) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=[Mount("/courrier", mailbox_pages(mailbox, "secret", lambda: _NOW))])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://essai") as client:
        yield client


def _mail(to: str = "lea.martin@exemple.fr") -> EmailMessage:
    mail = EmailMessage(policy=SMTPUTF8)
    mail["From"] = "Ancrage <ne-pas-repondre@exemple.fr>"
    mail["To"] = to
    mail["Subject"] = "Votre inscription à la soirée d’accueil"
    mail.set_content("Bonjour Léa,\n\nhttp://127.0.0.1:8041/events/inscription?lien=abc\n")
    mail.add_alternative("<p>Bonjour <b>Léa</b></p><script>alert(1)</script>", subtype="html")
    mail.add_attachment(
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        maintype="text",
        subtype="calendar",
        filename="soirée.ics",
    )
    return mail


async def test_a_mail_sent_by_smtp_is_kept_and_shown(
    mailbox: Mailbox, smtp_port: int, pages: httpx.AsyncClient
) -> None:
    await aiosmtplib.send(_mail(), hostname="127.0.0.1", port=smtp_port)
    (head,) = mailbox.newest()
    assert head.recipients == ("lea.martin@exemple.fr",)
    listed = await pages.get("/courrier/")
    assert "Votre inscription à la soirée d’accueil" in listed.text
    shown = await pages.get(f"/courrier/{head.mail_id}")
    assert shown.status_code == 200
    assert "Bonjour Léa" in shown.text
    assert 'href="http://127.0.0.1:8041/events/inscription?lien=abc"' in shown.text
    assert "soirée.ics" in shown.text


async def test_the_html_of_a_mail_can_run_nothing(
    mailbox: Mailbox, smtp_port: int, pages: httpx.AsyncClient
) -> None:
    await aiosmtplib.send(_mail(), hostname="127.0.0.1", port=smtp_port)
    answer = await pages.get(f"/courrier/{mailbox.newest()[0].mail_id}/html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy


async def test_files_and_the_raw_mail_can_be_downloaded(
    mailbox: Mailbox, smtp_port: int, pages: httpx.AsyncClient
) -> None:
    await aiosmtplib.send(_mail(), hostname="127.0.0.1", port=smtp_port)
    mail_id = mailbox.newest()[0].mail_id
    calendar = await pages.get(f"/courrier/{mail_id}/fichiers/0")
    assert calendar.content == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    assert quote("soirée.ics") in calendar.headers["content-disposition"]
    raw = await pages.get(f"/courrier/{mail_id}/brut")
    assert raw.content.startswith(b"From: Ancrage")
    assert (await pages.get(f"/courrier/{mail_id}/fichiers/1")).status_code == 404


async def test_mails_are_found_by_recipient_newest_first(
    smtp_port: int, pages: httpx.AsyncClient
) -> None:
    for to in ("lea.martin@exemple.fr", "noe.petit@exemple.fr", "lea.martin@exemple.fr"):
        await aiosmtplib.send(_mail(to), hostname="127.0.0.1", port=smtp_port)
    found = await pages.get("/courrier/messages.json", params={"destinataire": "lea.martin"})
    items = found.json()["items"]
    assert [item["recipients"] for item in items] == [["lea.martin@exemple.fr"]] * 2
    assert items[0]["received_at"] > items[1]["received_at"]


async def test_an_internationalised_address_is_accepted(mailbox: Mailbox, smtp_port: int) -> None:
    await aiosmtplib.send(_mail("zoé@théâtre-santé.fr"), hostname="127.0.0.1", port=smtp_port)
    assert mailbox.newest("zoé")[0].recipients == ("zoé@théâtre-santé.fr",)


async def test_an_unknown_mail_or_a_path_gets_a_clear_page(pages: httpx.AsyncClient) -> None:
    for address in ("/courrier/inconnu", "/courrier/..%2Fstate", "/courrier/x/html"):
        answer = await pages.get(address)
        assert answer.status_code == 404
    assert (await pages.get("/courrier/inconnu")).text.count("Ce message n’existe pas") == 1


async def test_the_server_speaks_to_ordinary_clients(mailbox: Mailbox, smtp_port: int) -> None:
    import asyncio

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", smtp_port) as client:
            client.sendmail("a@exemple.fr", ["b@exemple.fr"], b"Subject: sans rien\r\n\r\nx\r\n")

    await asyncio.to_thread(send)
    (head,) = mailbox.newest()
    assert (head.subject, head.sender) == ("sans rien", "")
