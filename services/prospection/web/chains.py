"""The chain of causes and consequences of one line, across the services."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.prospection.queries.chain import chain
from services.prospection.web.access import READERS
from shared.runtime.web import Session
from shared.ui import page

router = APIRouter(dependencies=[READERS], include_in_schema=False)


@router.get("/chaines/{event_id}")
async def show_chain(request: Request, session: Session, event_id: UUID) -> HTMLResponse:
    """From the first gesture to the last message."""
    found = await chain(session, event_id)
    gesture = {
        "title": found.action_words,
        "at": found.started_at,
        "state": "fait",
        "service": found.service,
        "kind": "user",
        "detail": "Le geste de départ",
        "url": None,
        "delay": None,
        "children": found.roots,
    }
    return page(
        request, "office/chain.html", chain_found=found, nodes=[gesture], section="personnes"
    )
