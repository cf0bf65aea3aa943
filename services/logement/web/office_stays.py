"""The arrivals board."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.logement.application.cancel_stay import cancel_stay
from services.logement.queries.list_stays import list_stays
from shared.runtime.web import Now, Session
from shared.security import staff
from shared.ui import flash, page, redirect

router = APIRouter(
    prefix="/sejours", dependencies=[staff("logement", "direction")], include_in_schema=False
)


@router.get("")
async def stays(request: Request, session: Session, now: Now) -> HTMLResponse:
    """Who arrives where and when, soonest first."""
    lines = await list_stays(session, today=now.date())
    arriving = [line for line in lines if line.stay.starts_on >= now.date()]
    present = [line for line in lines if line.stay.starts_on < now.date()]
    return page(request, "office/stays.html", arriving=arriving, present=present)


@router.post("/{stay_id}/annulation")
async def cancel(request: Request, session: Session, now: Now, stay_id: UUID) -> Response:
    """The stay will not take place: the home is free, the request is open again."""
    stay = await cancel_stay(session, stay_id, now=now)
    flash(request, "Séjour annulé\u00a0: le logement est libre, la demande est à traiter.")
    return redirect(f"/logement/demandes/{stay.request_id}")
