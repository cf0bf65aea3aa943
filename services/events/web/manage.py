"""Behind the link of the letter: see one's registration, give it back, ask for a new link."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.events.application.cancel_registration import cancel_registration
from services.events.application.request_manage_link import request_manage_link
from services.events.domain.calendar import calendar_file
from services.events.domain.refusals import LinkReplaced
from services.events.domain.registration import CancelledBy
from services.events.queries.managed_registration import (
    ManagedRegistration,
    managed_registration,
)
from services.events.web.public import calendar_response
from shared.contracts.refusal import Refused
from shared.runtime.web import Now, Session, Settings
from shared.security import action_link
from shared.security.links import LinkExpired, read
from shared.ui import flash, page, redirect

router = APIRouter(dependencies=[action_link()], include_in_schema=False)

PURPOSE = "manage-registration"
LinkInQuery = Annotated[str, Query(max_length=600)]
LinkInForm = Annotated[str, Form(max_length=600)]


async def _behind(session: Session, settings: Settings, now: Now, lien: str) -> ManagedRegistration:
    """Raises `LinkInvalid`, `LinkExpired`, `LinkReplaced` or `RegistrationNotFound`."""
    capability = read(settings.link_key("events"), lien, purpose=PURPOSE, now=now)
    return await managed_registration(session, capability.object_id, epoch=capability.epoch)


@router.get("/inscription")
async def show_registration(
    request: Request, session: Session, settings: Settings, now: Now, lien: LinkInQuery = ""
) -> HTMLResponse:
    """The registration and what can be done with it; opening it changes nothing."""
    try:
        registration = await _behind(session, settings, now, lien)
    except (LinkExpired, LinkReplaced) as refused:
        return page(request, "public/link_expired.html", refused.status, refused=refused, lien=lien)
    return page(
        request,
        "public/manage.html",
        registration=registration,
        event=registration.event,
        lien=lien,
        may_cancel=registration.active
        and registration.event.open
        and now < registration.event.closes_at,
    )


@router.post("/inscription/annulation")
async def give_back(
    request: Request, session: Session, settings: Settings, now: Now, lien: LinkInForm
) -> RedirectResponse:
    """Cancel; a second time changes nothing and says so kindly."""
    try:
        registration = await _behind(session, settings, now, lien)
    except (LinkExpired, LinkReplaced):
        # The page of the link says so, and offers a new one.
        return redirect(f"/events/inscription?lien={lien}")
    try:
        await cancel_registration(session, registration.id, by=CancelledBy.PERSON, now=now)
    except Refused as refused:
        await session.rollback()
        flash(request, refused.reason, kind="warning")
    return redirect(f"/events/inscription?lien={lien}")


@router.post("/inscription/lien")
async def ask_new_link(
    session: Session, settings: Settings, now: Now, lien: LinkInForm
) -> RedirectResponse:
    """Send a fresh link to the address of the registration, whoever holds the old one."""
    await request_manage_link(session, _object_of(settings, now, lien), now=now)
    return redirect("/events/inscription/lien-envoye")


def _object_of(settings: Settings, now: Now, lien: str) -> UUID:
    try:
        return read(settings.link_key("events"), lien, purpose=PURPOSE, now=now).object_id
    except LinkExpired as expired:
        return expired.capability.object_id


@router.get("/inscription/lien-envoye")
async def show_link_sent(request: Request) -> HTMLResponse:
    """Where to look for the new link."""
    return page(request, "public/link_sent.html")


@router.get("/inscription/agenda.ics")
async def download_calendar(
    session: Session, settings: Settings, now: Now, lien: LinkInQuery = ""
) -> Response:
    """The evening for a calendar, from the page of the registration."""
    registration = await _behind(session, settings, now, lien)
    return calendar_response(calendar_file(registration.event.calendar_entry()))
