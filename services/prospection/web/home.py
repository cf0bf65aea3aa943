"""« Aujourd'hui »: the home page of everybody who works here."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.prospection.queries.doubts import doubts, open_doubts
from services.prospection.queries.home import today
from services.prospection.web.access import READERS
from shared.runtime.web import Now, Session
from shared.ui import page

router = APIRouter(dependencies=[READERS], include_in_schema=False)


@router.get("/")
async def home(request: Request, session: Session, now: Now) -> HTMLResponse:
    """What waits, and what happened since yesterday."""
    return page(
        request,
        "office/home.html",
        today=await today(session, now=now),
        doubts=await doubts(session, limit=3),
        doubts_count=await open_doubts(session),
        now=now,
    )
