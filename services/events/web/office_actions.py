"""What the agency does to an evening with one button: publish, call off, add a zoom."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from services.events.application.cancel_event import cancel_event
from services.events.application.cancel_registration import cancel_registration
from services.events.application.plan_zoom import PlanZoom, plan_zoom
from services.events.application.publish_event import publish_event
from services.events.domain.moments import PARIS, paris_instant, read_hour
from services.events.domain.registration import CancelledBy
from services.events.queries.commune_choices import read_commune
from services.events.queries.event_details import event_details
from services.events.queries.event_view import EventView
from services.events.web.forms import ZOOM_FIELDS, read_minutes, typed
from services.events.web.office import WRITERS, event_url, staff_event_page
from shared.contracts.refusal import Invalid
from shared.runtime.web import Now, Session
from shared.ui import flash, redirect

router = APIRouter(dependencies=[WRITERS], include_in_schema=False)


@router.post("/agence/soirees/{event_id}/publication")
async def publish(request: Request, session: Session, now: Now, event_id: UUID) -> RedirectResponse:
    """Open it to the public."""
    await publish_event(session, event_id, now=now)
    flash(request, "Soirée publiée\u00a0: les inscriptions sont ouvertes.")
    return redirect(event_url(event_id))


@router.post("/agence/soirees/{event_id}/annulation")
async def call_off(
    request: Request, session: Session, now: Now, event_id: UUID
) -> RedirectResponse:
    """Call it off; those who registered are told by mail."""
    await cancel_event(session, event_id, now=now)
    flash(request, "Soirée annulée. Les personnes inscrites sont prévenues par e-mail.", "warning")
    return redirect(event_url(event_id))


@router.post("/agence/soirees/{event_id}/inscriptions/{registration_id}/annulation")
async def cancel_one(
    request: Request, session: Session, now: Now, event_id: UUID, registration_id: UUID
) -> RedirectResponse:
    """Give the seat of somebody back, at their request."""
    await cancel_registration(session, registration_id, by=CancelledBy.STAFF, now=now)
    flash(request, "Inscription annulée. La première personne en attente reçoit la place.")
    return redirect(f"{event_url(event_id)}#inscriptions")


@router.post("/agence/soirees/{event_id}/zooms")
async def add_zoom(request: Request, session: Session, now: Now, event_id: UUID) -> Response:
    """Give a slot to a commune, or show the form again with what was typed."""
    values = typed(await request.form(), *ZOOM_FIELDS)
    event = await event_details(session, event_id, drafts=True)
    try:
        await plan_zoom(session, await _read_zoom(session, event, values), now=now)
    except Invalid as refused:
        await session.rollback()
        errors = {_form_name(refused.field): refused.reason}
        context = {"zoom": values, "zoom_errors": errors, "now": now}
        return await staff_event_page(request, session, event, context, refused.status)
    flash(request, "Zoom territorial ajouté au programme.")
    return redirect(f"{event_url(event_id)}#programme")


def _form_name(field: str | None) -> str:
    return "starts" if field == "starts_at" else field or "form"


async def _read_zoom(session: Session, event: EventView, values: dict[str, str]) -> PlanZoom:
    day = event.starts_at.astimezone(PARIS).date()
    hour = read_hour(values["starts"], field="starts")
    return PlanZoom(
        event_id=event.id,
        commune=await read_commune(session, values["commune"]),
        last_name=values["last_name"],
        first_name=values["first_name"],
        email=values["email"],
        function=values["function"],
        title=values["title"],
        starts_at=paris_instant(day, hour, field="starts"),
        minutes=read_minutes(values["minutes"]),
    )
