"""The message log, for those who answer the people written to."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.notifications.application.resend_message import resend_message
from services.notifications.domain.message import State
from services.notifications.domain.words import STATES
from services.notifications.queries.message_detail import message_detail
from services.notifications.queries.message_log import message_log, state_counts
from shared.runtime.web import Now, Session
from shared.security import staff
from shared.ui import flash, page, redirect

router = APIRouter(include_in_schema=False)

READERS = staff("evenements", "logement", "prospection")

_VIEWS: tuple[tuple[str, str | None], ...] = (
    ("Tous", None),
    ("À envoyer", State.PENDING),
    ("Nouvel essai", State.DEFERRED),
    ("Non remis", State.FAILED),
    ("Remise incertaine", State.UNKNOWN),
    ("En attente", State.AWAITING_CARD),
    ("Envoyés", State.SENT),
    ("Annulés", State.CANCELLED),
)


@router.get("/", dependencies=[READERS])
async def home() -> RedirectResponse:
    """The log is the home of this service."""
    return redirect("/notifications/messages")


@router.get("/messages", dependencies=[READERS])
async def messages(
    request: Request,
    session: Session,
    etat: Annotated[str | None, Query(max_length=20)] = None,
    personne: UUID | None = None,
    suite: UUID | None = None,
) -> HTMLResponse:
    """The log, newest first, by state."""
    state = etat if etat in STATES else None
    shown = await message_log(session, state=state, person_id=personne, after=suite)
    counts = await state_counts(session)
    kept = f"&personne={personne}" if personne else ""
    views = [
        {
            "label": label,
            "url": _address(view, kept),
            "count": counts.get(view, 0) if view else sum(counts.values()),
            "current": view == state,
        }
        for label, view in _VIEWS
        if view is None or view == state or counts.get(view)
    ]
    return page(
        request,
        "office/messages.html",
        shown=shown,
        views=views,
        first_url=_address(state, kept) if suite else None,
        next_url=_address(state, f"{kept}&suite={shown.next_id}") if shown.next_id else None,
    )


@router.get("/messages/{message_id}", dependencies=[READERS])
async def message(request: Request, session: Session, message_id: UUID) -> HTMLResponse:
    """One message, why it is owed, and its history."""
    detail = await message_detail(session, message_id)
    return page(request, "office/message.html", detail=detail)


@router.post("/messages/{message_id}/renvoi", dependencies=[READERS])
async def resend(request: Request, session: Session, now: Now, message_id: UUID) -> Response:
    """Ask for the message to be sent again."""
    actor = request.state.actor
    await resend_message(session, message_id, by=actor.account_id if actor else None, now=now)
    flash(request, "Le message va être renvoyé.")
    return redirect(f"/notifications/messages/{message_id}")


def _address(state: str | None, more: str) -> str:
    query = f"etat={state}{more}" if state else more.removeprefix("&")
    return "/notifications/messages" + (f"?{query}" if query else "")
