"""What anybody may read: the coming evenings, one evening, its calendar, the privacy notice."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from services.events.domain.calendar import calendar_file
from services.events.domain.registration import Profile
from services.events.queries.coming_events import coming_events
from services.events.queries.event_details import event_details, programme
from services.events.queries.privacy_notice import privacy_notice
from services.events.web.forms import ANSWER_FIELDS
from shared.runtime.web import Now, Session
from shared.security import public
from shared.ui import page

router = APIRouter(dependencies=[public()], include_in_schema=False)

PROFILES = [(profile.value, profile.label) for profile in Profile]


@router.get("/")
async def show_coming(request: Request, session: Session, now: Now) -> HTMLResponse:
    """The list of coming evenings."""
    return page(request, "public/events.html", events=await coming_events(session, now=now))


@router.get("/soirees/{event_id}")
async def show_event(request: Request, session: Session, now: Now, event_id: UUID) -> HTMLResponse:
    """One evening, and the form to register."""
    empty = dict.fromkeys(ANSWER_FIELDS, "")
    return await event_page(request, session, event_id, {"form": empty, "now": now})


async def event_page(
    request: Request,
    session: Session,
    event_id: UUID,
    context: dict[str, object],
    status_code: int = 200,
) -> HTMLResponse:
    """The page of one evening with its form as `context` says: form, consent, errors, refused."""
    defaults = {"consent": False, "errors": {}, "refused": None, "profiles": PROFILES}
    return page(
        request,
        "public/event.html",
        status_code,
        event=await event_details(session, event_id),
        programme=await programme(session, event_id),
        **(defaults | context),
    )


@router.get("/soirees/{event_id}/agenda.ics")
async def download_calendar(session: Session, event_id: UUID) -> Response:
    """The evening for a calendar."""
    return calendar_response(
        calendar_file((await event_details(session, event_id)).calendar_entry())
    )


def calendar_response(content: bytes) -> Response:
    """A `.ics` file to download."""
    return Response(
        content,
        media_type="text/calendar; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="soiree.ics"'},
    )


@router.get("/confidentialite")
async def show_notice(request: Request, session: Session) -> HTMLResponse:
    """What is done with the data of those who register (RGPD art. 13)."""
    return page(request, "public/privacy.html", notice=await privacy_notice(session))
