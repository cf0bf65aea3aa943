"""The housing cell's requests: the list, the match page, proposing and taking back."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from services.logement.application.abandon_request import abandon_request
from services.logement.application.propose_offer import propose_offer
from services.logement.application.withdraw_proposal import withdraw_proposal
from services.logement.domain.request import REQUEST_LABELS, HousingRequest, RequestState
from services.logement.queries.list_requests import count_requests, list_requests, one_request
from services.logement.queries.ranked_offers import RankedOffers, ranked_offers
from services.logement.queries.request_story import request_story
from shared.contracts.refusal import NotFound, Refused
from shared.runtime.web import Now, Session
from shared.security import staff
from shared.ui import flash, page, redirect

router = APIRouter(dependencies=[staff("logement", "direction")], include_in_schema=False)

PER_PAGE = 50


@router.get("/demandes")
async def requests(
    request: Request,
    session: Session,
    etat: Annotated[str, Query(max_length=20)] = "",
    q: Annotated[str, Query(max_length=100)] = "",
    suite: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> HTMLResponse:
    """Those that wait first, with since when."""
    state = RequestState(etat) if etat in set(RequestState) else None
    found = await list_requests(session, state=state, search=q, offset=suite, limit=PER_PAGE + 1)
    counts = await count_requests(session)
    more = suite + PER_PAGE if len(found) > PER_PAGE else None
    context: dict[str, Any] = {
        "lines": found[:PER_PAGE],
        "tabs": _tabs(state, counts, q),
        "q": q,
        "etat": state or "",
        "next_url": _address(state, q, more) if more else None,
        "first_url": _address(state, q) if suite else None,
    }
    return page(request, "office/requests.html", **context)


def _address(state: RequestState | None, search: str, offset: int = 0) -> str:
    kept = {"etat": state or "", "q": search, "suite": offset or ""}
    given = urlencode({name: value for name, value in kept.items() if value})
    return f"/logement/demandes?{given}" if given else "/logement/demandes"


def _tabs(
    current: RequestState | None, counts: dict[str, int], search: str
) -> list[dict[str, object]]:
    everything: list[dict[str, object]] = [
        {
            "label": "Toutes",
            "url": _address(None, search),
            "count": sum(counts.values()),
            "current": current is None,
        }
    ]
    return everything + [
        {
            "label": label,
            "url": _address(state, search),
            "count": counts[state],
            "current": current == state,
        }
        for state, label in REQUEST_LABELS.items()
    ]


@router.get("/demandes/{request_id}")
async def match(request: Request, session: Session, now: Now, request_id: UUID) -> HTMLResponse:
    """The request on the left, the ranked offers in the middle, the map on the right."""
    line = await one_request(session, request_id)
    if line is None:
        raise NotFound
    offers = RankedOffers((), ())
    if line.request.waiting:
        offers = await ranked_offers(session, line.request, now=now)
    context: dict[str, Any] = {
        "line": line,
        "story": await request_story(session, request_id),
        "offers": offers,
        "points": _points(line.request, offers),
    }
    return page(request, "office/match.html", **context)


def _points(asked: HousingRequest, offers: RankedOffers) -> list[dict[str, object]]:
    """The points of the map; the table beside it says the same."""
    goal: dict[str, object] = {
        "kind": "stage",
        "lat": asked.lat,
        "lon": asked.lon,
        "label": f"Stage à {asked.placement_name}",
    }
    return [goal] + [
        {
            "kind": "offre",
            "lat": one.dwelling.lat,
            "lon": one.dwelling.lon,
            "label": f"{one.rank}. {one.dwelling.title}",
        }
        for one in offers.ranked
    ]


@router.post("/demandes/{request_id}/propositions")
async def propose(
    request: Request,
    session: Session,
    now: Now,
    request_id: UUID,
    offer_id: Annotated[UUID, Form()],
) -> Response:
    """Propose this home; the person receives a link to answer."""
    try:
        await propose_offer(session, request_id, offer_id, now=now)
        flash(request, "Logement proposé. Un lien pour répondre part par e-mail.")
    except Refused as refused:
        flash(request, refused.reason, kind="danger")
    return redirect(f"/logement/demandes/{request_id}")


@router.post("/propositions/{proposal_id}/retrait")
async def withdraw(request: Request, session: Session, now: Now, proposal_id: UUID) -> Response:
    """Take a proposal back before it is answered."""
    try:
        proposal = await withdraw_proposal(session, proposal_id, now=now)
    except Refused as refused:
        flash(request, refused.reason, kind="danger")
        return redirect("/logement/demandes")
    flash(request, "Proposition retirée.", kind="info")
    return redirect(f"/logement/demandes/{proposal.request_id}")


@router.post("/demandes/{request_id}/abandon")
async def abandon(request: Request, session: Session, now: Now, request_id: UUID) -> Response:
    """The household told the cell that it no longer looks for a home."""
    ended = await abandon_request(session, request_id, now=now)
    flash(request, f"Demande\u00a0: {ended.state_label.lower()}.", kind="info")
    return redirect(f"/logement/demandes/{request_id}")
