"""What a person does by the links of letters: opening is harmless, only a button acts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from services.logement.application.abandon_request import abandon_request
from services.logement.application.accept_proposal import accept_proposal
from services.logement.application.ask_again import ask_again
from services.logement.application.decline_proposal import decline_proposal
from services.logement.domain.refusals import LinkRevoked
from services.logement.queries.list_requests import RequestLine, one_request
from services.logement.queries.request_story import RequestStory, request_story
from services.logement.queries.show_proposal import show_proposal, show_stay
from services.logement.web.cell import Cell, HousingCell
from shared.contracts.refusal import NotFound
from shared.runtime.web import Now, Session
from shared.security import action_link
from shared.security.links import Capability, LinkExpired, read, sign
from shared.ui import page, redirect

router = APIRouter(dependencies=[action_link()], include_in_schema=False)

ANSWER, SEE_REQUEST, SEE_STAY = "answer-proposal", "see-request", "see-stay"

TokenInAddress = Annotated[str, Query(alias="lien", max_length=500)]
TokenInForm = Annotated[str, Form(alias="lien", max_length=500)]


def _open(cell: Cell, token: str, purpose: str, now: Now) -> tuple[Capability, bool]:
    """What the link allows, and whether its time is over. Raises LinkInvalid."""
    try:
        return read(cell.link_key("logement"), token, purpose=purpose, now=now), False
    except LinkExpired as expired:
        return expired.capability, True


def _still_valid(capability: Capability, epoch: int) -> None:
    if capability.epoch != epoch:
        raise LinkRevoked


@router.get("/proposition")
async def see_proposal(
    request: Request, session: Session, now: Now, cell: HousingCell, lien: TokenInAddress = ""
) -> HTMLResponse:
    """The home that is proposed and, while there is time, the two answers."""
    capability, expired = _open(cell, lien, ANSWER, now)
    view = await show_proposal(session, capability.object_id)
    _still_valid(capability, view.proposal.link_epoch)
    late = view.proposal.waiting and (expired or view.proposal.overdue(now))
    status = 410 if late else 200
    context = {"view": view, "lien": lien, "late": late, "cell": cell}
    return page(request, "public/proposal.html", status, **context)


@router.post("/proposition/acceptation")
async def accept(session: Session, now: Now, cell: HousingCell, lien: TokenInForm = "") -> Response:
    """Take the home; the page then says how it ended."""
    proposal_id = await _answerable(session, cell, lien, now)
    if proposal_id is not None:
        await accept_proposal(session, proposal_id, now=now)
    return redirect(f"/logement/proposition?lien={lien}")


@router.post("/proposition/refus")
async def decline(
    session: Session, now: Now, cell: HousingCell, lien: TokenInForm = ""
) -> Response:
    """Say no; the request stays open."""
    proposal_id = await _answerable(session, cell, lien, now)
    if proposal_id is not None:
        await decline_proposal(session, proposal_id, now=now)
    return redirect(f"/logement/proposition?lien={lien}")


@router.post("/proposition/relance")
async def ask_another(
    session: Session, now: Now, cell: HousingCell, lien: TokenInForm = ""
) -> Response:
    """The time is over: ask the cell to propose again, in one tap."""
    capability, _ = _open(cell, lien, ANSWER, now)
    view = await show_proposal(session, capability.object_id)
    _still_valid(capability, view.proposal.link_epoch)
    await ask_again(session, view.request.id, now=now)
    return redirect(f"/logement/proposition?lien={lien}")


async def _answerable(session: Session, cell: Cell, token: str, now: Now) -> UUID | None:
    """The proposal to answer; None when the time is over (the page says it)."""
    capability, expired = _open(cell, token, ANSWER, now)
    view = await show_proposal(session, capability.object_id)
    _still_valid(capability, view.proposal.link_epoch)
    return None if expired else view.proposal.id


@router.get("/demande")
async def see_request(
    request: Request, session: Session, now: Now, cell: HousingCell, lien: TokenInAddress = ""
) -> HTMLResponse:
    """Where the request stands, and the proposals to answer."""
    capability, expired = _open(cell, lien, SEE_REQUEST, now)
    line = await _request(session, capability)
    story = await request_story(session, line.request.id)
    context = {
        "line": line,
        "story": story,
        "lien": lien,
        "expired": expired,
        "cell": cell,
        "answers": {} if expired else _answer_links(cell, story),
        "stay_link": None if expired else _stay_link(cell, line, story),
    }
    return page(request, "public/request.html", 410 if expired else 200, **context)


@router.post("/demande/abandon")
async def abandon(
    session: Session, now: Now, cell: HousingCell, lien: TokenInForm = ""
) -> Response:
    """No home is looked for any more."""
    capability, expired = _open(cell, lien, SEE_REQUEST, now)
    line = await _request(session, capability)
    if not expired:
        await abandon_request(session, line.request.id, now=now)
    return redirect(f"/logement/demande?lien={lien}")


@router.post("/demande/relance")
async def ask_link(
    session: Session, now: Now, cell: HousingCell, lien: TokenInForm = ""
) -> Response:
    """The link is too old: ask the cell to come back, in one tap."""
    capability, _ = _open(cell, lien, SEE_REQUEST, now)
    line = await _request(session, capability)
    await ask_again(session, line.request.id, now=now)
    return redirect(f"/logement/demande?lien={lien}")


@router.get("/sejour")
async def see_stay(
    request: Request, session: Session, now: Now, cell: HousingCell, lien: TokenInAddress = ""
) -> HTMLResponse:
    """The booked home: address, dates, rent, whom to call."""
    capability, expired = _open(cell, lien, SEE_STAY, now)
    view = await show_stay(session, capability.object_id)
    _still_valid(capability, view.stay.link_epoch)
    context = {"view": view, "expired": expired, "cell": cell}
    return page(request, "public/stay.html", 410 if expired else 200, **context)


async def _request(session: Session, capability: Capability) -> RequestLine:
    line = await one_request(session, capability.object_id)
    if line is None:
        raise NotFound
    _still_valid(capability, line.request.link_epoch)
    return line


def _answer_links(cell: Cell, story: RequestStory) -> dict[UUID, str]:
    """The tokens by which the waiting proposals are answered."""
    return {
        proposal.id: sign(
            cell.link_key("logement"),
            purpose=ANSWER,
            object_id=proposal.id,
            epoch=proposal.link_epoch,
            expires_at=proposal.answer_by,
        )
        for proposal in (one.proposal for one in story.proposals)
        if proposal.waiting
    }


def _stay_link(cell: Cell, line: RequestLine, story: RequestStory) -> str | None:
    """The token by which the booked stay is seen, until it ends."""
    if story.stay is None:
        return None
    from datetime import UTC, datetime, time

    stay = story.stay.stay
    return sign(
        cell.link_key("logement"),
        purpose=SEE_STAY,
        object_id=stay.id,
        epoch=stay.link_epoch,
        expires_at=datetime.combine(line.request.ends_on, time(), UTC),
    )
