"""The API of the housing cell: offers, requests, matches, proposals, stays."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header
from pydantic import BaseModel

from services.logement.application.add_dwelling import add_dwelling
from services.logement.application.open_request import open_request
from services.logement.application.propose_offer import propose_offer
from services.logement.application.publish_offer import publish_offer
from services.logement.queries.list_offers import OfferLine, list_offers
from services.logement.queries.list_requests import RequestLine, one_request, page_of_requests
from services.logement.queries.list_stays import page_of_stays
from services.logement.queries.ranked_offers import RankedOffer, ranked_offers
from services.logement.web.answers import AskAnswers, OfferAnswers
from services.logement.web.forms import ask_of, offer_of
from shared.contracts.refusal import Invalid, NotFound
from shared.runtime.paging import Cursor, CursorParameter, Limit, Page
from shared.runtime.web import Now, Session
from shared.security import staff

router = APIRouter(prefix="/api/v1", dependencies=[staff("logement")])


class Made(BaseModel):
    """The id of what was made."""

    id: UUID


class OfferOut(BaseModel):
    """An offer and its dwelling; rent in euro cents per month, charges included."""

    id: UUID
    dwelling_id: UUID
    title: str
    commune: str
    kind: str
    rent_cents: int
    surface_m2: int
    sleeps: int
    available_from: date
    available_to: date
    dpe: str | None
    accessible: bool
    transport_near: bool
    published: bool


class RequestOut(BaseModel):
    """A request; budget in euro cents per month."""

    id: UUID
    person_id: UUID
    first_name: str
    last_name: str
    placement_commune: str
    starts_on: date
    ends_on: date
    budget_cents: int
    has_car: bool
    household_size: int
    needs_accessible: bool
    state: str
    state_since: datetime


class ReasonOut(BaseModel):
    """One criterion of a rank."""

    criterion: str
    level: str
    sentence: str


class MatchOut(BaseModel):
    """An offer that can be proposed; score out of 100, estimated road in kilometres."""

    offer_id: UUID
    rank: int
    score: int
    title: str
    commune: str
    rent_cents: int
    road_km: float
    starts_on: date
    ends_on: date
    reasons: list[ReasonOut]


class ExcludedOut(BaseModel):
    """An offer that cannot be proposed, and why."""

    offer_id: UUID
    title: str
    sentence: str


class MatchesOut(BaseModel):
    """The ranked offers, and those set aside with the reason."""

    items: list[MatchOut]
    next: str | None = None
    excluded: list[ExcludedOut]


class ProposalIn(BaseModel):
    """The offer to propose."""

    offer_id: UUID


class ProposalOut(BaseModel):
    """A proposal and the moment until which it may be answered."""

    id: UUID
    state: str
    answer_by: datetime


class StayOut(BaseModel):
    """A booked stay: `[starts_on, ends_on[`."""

    id: UUID
    dwelling_id: UUID
    request_id: UUID
    person_id: UUID
    title: str
    commune: str
    starts_on: date
    ends_on: date


@router.post("/offers", status_code=201)
async def create_offer(session: Session, now: Now, answers: OfferAnswers) -> Made:
    """Record a dwelling and offer it."""
    facts, terms = offer_of(answers)
    dwelling = await add_dwelling(session, facts, now=now)
    return Made(id=(await publish_offer(session, dwelling.id, terms, now=now)).id)


@router.get("/offers")
async def get_offers(
    session: Session, cursor: CursorParameter = None, limit: Limit = 50
) -> Page[OfferOut]:
    """Offers, in the order they were recorded."""
    lines = await list_offers(session, after=_after(cursor), limit=limit + 1)
    more = Cursor.encode(lines[limit - 1].offer.id) if len(lines) > limit else None
    return Page(items=[_offer(line) for line in lines[:limit]], next=more)


@router.post("/requests", status_code=201)
async def create_request(
    session: Session,
    now: Now,
    answers: AskAnswers,
    idempotency_key: Annotated[str | None, Header(max_length=100)] = None,
) -> Made:
    """Open a request; the same key and answers give the same request back."""
    request = await open_request(session, ask_of(answers), idempotency_key=idempotency_key, now=now)
    return Made(id=request.id)


@router.get("/requests")
async def get_requests(
    session: Session, cursor: CursorParameter = None, limit: Limit = 50
) -> Page[RequestOut]:
    """Requests, in the order they were opened."""
    lines = await page_of_requests(session, after=_after(cursor), limit=limit + 1)
    more = Cursor.encode(lines[limit - 1].request.id) if len(lines) > limit else None
    return Page(items=[_request(line) for line in lines[:limit]], next=more)


@router.get("/requests/{request_id}")
async def get_request(session: Session, request_id: UUID) -> RequestOut:
    """One request."""
    return _request(await _known(session, request_id))


@router.get("/requests/{request_id}/matches")
async def get_matches(session: Session, now: Now, request_id: UUID) -> MatchesOut:
    """The offers ranked for this request, with the reason of each rank."""
    line = await _known(session, request_id)
    offers = await ranked_offers(session, line.request, now=now)
    return MatchesOut(
        items=[_match(one) for one in offers.ranked],
        excluded=[
            ExcludedOut(
                offer_id=one.offer.id, title=one.dwelling.title, sentence=one.exclusion.sentence
            )
            for one in offers.excluded
        ],
    )


@router.post("/requests/{request_id}/proposals", status_code=201)
async def create_proposal(
    session: Session, now: Now, request_id: UUID, proposed: ProposalIn
) -> ProposalOut:
    """Propose an offer; the person receives a link to answer."""
    proposal = await propose_offer(session, request_id, proposed.offer_id, now=now)
    return ProposalOut(id=proposal.id, state=proposal.state, answer_by=proposal.answer_by)


@router.get("/stays")
async def get_stays(
    session: Session, cursor: CursorParameter = None, limit: Limit = 50
) -> Page[StayOut]:
    """Booked stays, in the order they were booked."""
    lines = await page_of_stays(session, after=_after(cursor), limit=limit + 1)
    more = Cursor.encode(lines[limit - 1].stay.id) if len(lines) > limit else None
    items = [
        StayOut(
            id=line.stay.id,
            dwelling_id=line.stay.dwelling_id,
            request_id=line.stay.request_id,
            person_id=line.stay.person_id,
            title=line.dwelling.title,
            commune=line.dwelling.commune,
            starts_on=line.stay.starts_on,
            ends_on=line.stay.ends_on,
        )
        for line in lines[:limit]
    ]
    return Page(items=items, next=more)


async def _known(session: Session, request_id: UUID) -> RequestLine:
    line = await one_request(session, request_id)
    if line is None:
        raise NotFound
    return line


def _after(cursor: str | None) -> UUID | None:
    values = Cursor.decode(cursor, 1)
    if values is None:
        return None
    try:
        return UUID(values[0])
    except ValueError as error:
        raise Invalid("Le curseur de pagination n'est pas valable.", field="cursor") from error


def _offer(line: OfferLine) -> OfferOut:
    return OfferOut.model_validate(_values(OfferOut, line.offer, line.dwelling))


def _request(line: RequestLine) -> RequestOut:
    return RequestOut.model_validate(_values(RequestOut, line.request, line.applicant))


def _values(model: type[BaseModel], *rows: object) -> dict[str, object]:
    """What `model` shows, each field from the first row that has it."""
    return {
        name: next(getattr(row, name) for row in rows if hasattr(row, name))
        for name in model.model_fields
    }


def _match(one: RankedOffer) -> MatchOut:
    return MatchOut(
        offer_id=one.offer.id,
        rank=one.rank,
        score=one.match.score,
        title=one.dwelling.title,
        commune=one.dwelling.commune,
        rent_cents=one.offer.rent_cents,
        road_km=round(one.match.road_km, 1),
        starts_on=one.match.period.start,
        ends_on=one.match.period.end,
        reasons=[
            ReasonOut(criterion=r.criterion, level=r.level, sentence=r.sentence)
            for r in one.match.reasons
        ],
    )
