"""What the agency sees: its evenings, one evening, and the forms that plan or change it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from services.events.application.change_event import ChangeEvent, change_event
from services.events.application.plan_event import plan_event
from services.events.domain.plan import InvalidPlan
from services.events.domain.refusals import ChangedMeanwhile
from services.events.queries.agency_events import agency_events
from services.events.queries.commune_choices import commune_choices
from services.events.queries.event_details import event_details, programme
from services.events.queries.event_kinds import event_kinds
from services.events.queries.event_registrations import event_registrations
from services.events.queries.event_view import EventView
from services.events.web.forms import (
    PLAN_FIELDS,
    ZOOM_FIELDS,
    empty_plan,
    form_errors,
    plan_of,
    read_plan,
    ticked,
    typed,
)
from shared.contracts.refusal import NotFound, Refused
from shared.runtime.web import Now, Session
from shared.security import staff
from shared.ui import flash, page, redirect

router = APIRouter(include_in_schema=False)

READERS = staff("evenements", "direction", "animation", "guichet", "prospection")
WRITERS = staff("evenements")


def event_url(event_id: UUID) -> str:
    """The staff page of an event."""
    return f"/events/agence/soirees/{event_id}"


@router.get("/agence/soirees", dependencies=[READERS])
async def show_events(
    request: Request, session: Session, now: Now, vue: Annotated[str, Query(max_length=20)] = ""
) -> HTMLResponse:
    """The evenings to come, or those past."""
    past = vue == "passees"
    events = await agency_events(session, past=past, now=now)
    return page(request, "office/events.html", events=events, past=past)


@router.get("/agence/soirees/nouvelle", dependencies=[WRITERS])
async def show_new(request: Request, session: Session) -> HTMLResponse:
    """The form that plans an evening."""
    return await _plan_page(request, session, {"form": empty_plan()})


@router.post("/agence/soirees/nouvelle", dependencies=[WRITERS])
async def plan(request: Request, session: Session, now: Now) -> Response:
    """Plan it, or show the form again with what was typed."""
    form = await request.form()
    values, waiting_list = typed(form, *PLAN_FIELDS), ticked(form, "waiting_list")
    try:
        read = await read_plan(session, values, waiting_list=waiting_list)
        event_id = await plan_event(session, read, now=now)
    except InvalidPlan as refused:
        await session.rollback()
        context = {"form": values, "waiting_list": waiting_list}
        return await _plan_page(request, session, context, refused=refused)
    flash(
        request, "Soirée enregistrée. Elle n’est visible que par l’équipe jusqu’à sa publication."
    )
    return redirect(event_url(event_id))


@router.get("/agence/soirees/{event_id}", dependencies=[READERS])
async def show_event(
    request: Request,
    session: Session,
    now: Now,
    event_id: UUID,
    q: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:
    """One evening: its steps, its seats, who comes, its programme."""
    event = await event_details(session, event_id, drafts=True)
    return await staff_event_page(request, session, event, {"q": q, "now": now})


async def staff_event_page(
    request: Request,
    session: Session,
    event: EventView,
    context: dict[str, object],
    status_code: int = 200,
) -> HTMLResponse:
    """The staff page of an event; `context` may bring the form of the zoom back with its error."""
    search = str(context.get("q", ""))
    empty = dict.fromkeys(ZOOM_FIELDS, "") | {"minutes": "20"}
    defaults = {"q": search, "zoom": empty, "zoom_errors": {}}
    return page(
        request,
        "office/event.html",
        status_code,
        event=event,
        registrations=await event_registrations(session, event.id, search=search),
        programme=await programme(session, event.id),
        communes=await commune_choices(session),
        **(defaults | context),
    )


@router.get("/agence/soirees/{event_id}/modification", dependencies=[WRITERS])
async def show_change(request: Request, session: Session, event_id: UUID) -> HTMLResponse:
    """The form that changes an evening."""
    event = await event_details(session, event_id, drafts=True)
    context = {"form": plan_of(event), "waiting_list": event.waiting_list, "event": event}
    return await _plan_page(request, session, context)


@router.post("/agence/soirees/{event_id}/modification", dependencies=[WRITERS])
async def change(request: Request, session: Session, now: Now, event_id: UUID) -> Response:
    """Save the change, or show the form again: nothing typed is lost."""
    form = await request.form()
    values, waiting_list = typed(form, *PLAN_FIELDS, "version"), ticked(form, "waiting_list")
    known = values["version"].isdecimal() and len(values["version"]) < 10
    version = int(values["version"]) if known else 0
    try:
        read = await read_plan(session, values, waiting_list=waiting_list)
        command = ChangeEvent(event_id=event_id, version=version, plan=read)
        await change_event(session, command, now=now)
    except NotFound:
        raise
    except Refused as refused:
        await session.rollback()
        event = await event_details(session, event_id, drafts=True)
        context = {"form": values, "waiting_list": waiting_list, "event": event}
        return await _plan_page(request, session, context, refused=refused)
    flash(request, "Modification enregistrée.")
    return redirect(event_url(event_id))


async def _plan_page(
    request: Request,
    session: Session,
    context: dict[str, object],
    *,
    refused: Refused | None = None,
) -> HTMLResponse:
    errors: dict[str, str] = {}
    if isinstance(refused, InvalidPlan):
        errors = form_errors(refused.errors)
    elif refused:
        errors = {refused.field or "form": refused.reason}
    defaults = {"event": None, "waiting_list": True}
    return page(
        request,
        "office/plan.html",
        refused.status if refused else 200,
        kinds=await event_kinds(session),
        communes=await commune_choices(session),
        errors=errors,
        conflict=isinstance(refused, ChangedMeanwhile),
        **(defaults | context),
    )
