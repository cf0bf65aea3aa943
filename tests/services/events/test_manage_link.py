"""The link of the letter: harmless to open, acts once, kind afterwards, renewed in one tap."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from shared.security.links import sign
from tests.services.events.conftest import LINK_KEY, Site
from tests.services.events.makers import a_published_event, answers, said

pytestmark = pytest.mark.postgres


async def registered(site: Site) -> UUID:
    """The id of a registration to an evening with one seat, another person waiting."""
    async with site.running.database.transaction() as session:
        event_id = await a_published_event(session, site.now, capacity=1)
    for number in (1, 2):
        await site.post(
            f"/soirees/{event_id}/inscriptions", **answers(number), key=str(number), notice="1"
        )
    async with site.running.database.transaction() as session:
        found = await session.execute(
            text("SELECT id FROM registration WHERE status = 'confirmed'")
        )
        first: UUID = found.scalar_one()
    return first


def link(site: Site, registration_id: UUID, *, epoch: int = 1, days: int = 60) -> str:
    """The token that notifications writes in a letter."""
    return sign(
        LINK_KEY,
        purpose="manage-registration",
        object_id=registration_id,
        epoch=epoch,
        expires_at=site.now + timedelta(days=days),
    )


async def test_opening_the_link_shows_the_registration_and_changes_nothing(site: Site) -> None:
    token = link(site, await registered(site))
    for _ in range(2):
        page = await site.get(f"/inscription?lien={token}")
        assert page.status_code == 200
        assert "Place confirmée" in page.text
        assert "Annuler mon inscription" in page.text
    calendar = await site.get(f"/inscription/agenda.ics?lien={token}")
    assert calendar.content.startswith(b"BEGIN:VCALENDAR")


async def test_cancelling_twice_gives_one_seat_to_the_next_and_a_kind_word(site: Site) -> None:
    token = link(site, await registered(site))
    for _ in range(2):
        answer = await site.post("/inscription/annulation", lien=token)
        assert answer.status_code == 303

    page = await site.get(f"/inscription?lien={token}")
    assert "Cette inscription est annulée" in page.text
    assert "Annuler mon inscription" not in page.text
    async with site.running.database.transaction() as session:
        assert len(await said(session, "registration.cancelled.v1")) == 1
        assert len(await said(session, "registration.confirmed.v1")) == 2


async def test_an_expired_link_is_renewed_in_one_tap(site: Site) -> None:
    token = link(site, await registered(site), days=1)
    site.wait(timedelta(days=2))

    page = await site.get(f"/inscription?lien={token}")
    assert page.status_code == 410
    assert "Recevoir un nouveau lien" in page.text
    late = await site.post("/inscription/annulation", lien=token)
    assert late.headers["location"] == f"/events/inscription?lien={token}"
    answer = await site.post("/inscription/lien", lien=token)

    assert answer.status_code == 303
    assert (await site.get("/inscription/lien-envoye")).status_code == 200
    async with site.running.database.transaction() as session:
        assert len(await said(session, "link-requested.v1")) == 1


async def test_a_link_of_an_earlier_epoch_offers_a_new_one(site: Site) -> None:
    page = await site.get(f"/inscription?lien={link(site, await registered(site), epoch=9)}")
    assert page.status_code == 410
    assert "Recevoir un nouveau lien" in page.text


async def test_a_link_that_is_not_ours_opens_nothing(site: Site) -> None:
    unknown = link(site, uuid4())
    for token in ("", "n-importe-quoi", unknown, unknown[:-2]):
        assert (await site.get(f"/inscription?lien={token}")).status_code == 404
        assert (await site.post("/inscription/annulation", lien=token)).status_code in (404, 422)


async def test_once_the_evening_has_begun_the_seat_is_kept(site: Site) -> None:
    token = link(site, await registered(site))
    site.wait(timedelta(days=49, hours=8))
    assert "Annuler mon inscription" not in (await site.get(f"/inscription?lien={token}")).text
    await site.post("/inscription/annulation", lien=token)
    async with site.running.database.transaction() as session:
        assert await said(session, "registration.cancelled.v1") == []
