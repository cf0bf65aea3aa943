"""Doubts: two files side by side, one question, and the way back."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from services.prospection.application.reopen_doubt import reopen_doubt
from services.prospection.application.settle_doubt import settle_doubt
from services.prospection.queries.doubts import doubts, open_doubts
from services.prospection.web.access import READERS, WRITERS, who
from services.prospection.web.forms import typed
from shared.contracts.refusal import Invalid
from shared.runtime.web import Now, Session
from shared.ui import flash, page, redirect

router = APIRouter(dependencies=[READERS], include_in_schema=False)


@router.get("/doutes")
async def list_doubts(request: Request, session: Session) -> HTMLResponse:
    """What waits for an answer, and the last answers."""
    return page(
        request,
        "office/doubts.html",
        pairs=await doubts(session),
        count=await open_doubts(session),
        settled=await doubts(session, settled=True, limit=10),
        may_change=request.state.actor.may("prospection", "guichet"),
        section="personnes",
    )


@router.post("/doutes/{doubt_id}", dependencies=[WRITERS])
async def answer(request: Request, session: Session, now: Now, doubt_id: UUID) -> RedirectResponse:
    """The same person, or two persons."""
    said = typed(await request.form(), "reponse")["reponse"]
    if said not in {"same", "different"}:
        raise Invalid("Cette réponse n'existe pas.", field="reponse")
    await settle_doubt(session, doubt_id, same=said == "same", by=who(request), now=now)
    done = "Les deux fiches sont réunies." if said == "same" else "Ce sont deux personnes."
    flash(request, f"{done} Vous pouvez annuler plus bas.")
    return redirect("/prospection/doutes")


@router.post("/doutes/{doubt_id}/annulation", dependencies=[WRITERS])
async def take_back(
    request: Request, session: Session, now: Now, doubt_id: UUID
) -> RedirectResponse:
    """The two files are in doubt again."""
    await reopen_doubt(session, doubt_id, now=now)
    flash(request, "Décision annulée\u00a0: les deux fiches sont de nouveau séparées.", "info")
    return redirect("/prospection/doutes")
