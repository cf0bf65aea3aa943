"""The API: persons, their stories, the chains of causes."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from services.prospection.queries.chain import chain
from services.prospection.queries.people import Wanted, people
from services.prospection.queries.person_sheet import person_sheet
from services.prospection.queries.timeline import timeline
from services.prospection.web.access import PROGRAMS
from shared.runtime.paging import CursorParameter, Limit, Page
from shared.runtime.web import Session

router = APIRouter(prefix="/api/v1", dependencies=[PROGRAMS], tags=["personnes"])


class RoleBody(BaseModel):
    """A role held over time."""

    model_config = ConfigDict(from_attributes=True)

    role: str
    starts_on: date
    ends_on: date | None


class PersonBody(BaseModel):
    """A person in a list."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    last_name: str
    first_name: str
    email: str | None
    phone: str | None
    restricted: bool
    roles: list[RoleBody]


class PersonDetailBody(BaseModel):
    """A person; `ids` are all the ids that stand for them."""

    id: UUID
    ids: list[UUID]
    last_name: str
    first_name: str
    email: str | None
    phone: str | None
    restricted: bool
    met_at: datetime
    mission_id: UUID | None
    roles: list[RoleBody]
    details: dict[str, Any]
    doubts: list[UUID]


class LineBody(BaseModel):
    """A line of a story; `chain` is where its causes and consequences are."""

    event_id: UUID
    type: str
    at: datetime
    sentence: str
    chain: str


class ChainNodeBody(BaseModel):
    """An event of a chain; its cause is another event, or the gesture."""

    event_id: UUID
    type: str
    service: str
    at: datetime
    causation_id: UUID | None
    sentence: str
    state: str


class ChainBody(BaseModel):
    """A gesture, and the events that followed from it in the order of time."""

    correlation_id: UUID
    action: str
    started_at: datetime
    items: list[ChainNodeBody]
    others: int


@router.get("/persons", summary="Chercher des personnes")
async def list_persons(
    session: Session,
    q: Annotated[str, Query(max_length=200)] = "",
    cursor: CursorParameter = None,
    limit: Limit = 50,
) -> Page[PersonBody]:
    """Persons in the order of their surnames; `q` is a name, an e-mail or a telephone."""
    found = await people(session, Wanted(q=q), cursor=cursor, limit=limit)
    return Page(items=[PersonBody.model_validate(one) for one in found.items], next=found.next)


@router.get("/persons/{person_id}", summary="Lire une personne")
async def read_person(session: Session, person_id: UUID) -> PersonDetailBody:
    """The person this id stands for."""
    sheet = await person_sheet(session, person_id)
    return PersonDetailBody(
        id=sheet.id,
        ids=[row.id for row in sheet.files],
        last_name=sheet.last_name,
        first_name=sheet.first_name,
        email=sheet.email,
        phone=sheet.phone,
        restricted=sheet.restricted_at is not None,
        met_at=sheet.met_at,
        mission_id=sheet.mission_id,
        roles=[RoleBody.model_validate(role) for role in sheet.roles],
        details=sheet.details,
        doubts=sheet.open_doubts,
    )


@router.get("/persons/{person_id}/timeline", summary="Lire l'histoire d'une personne")
async def read_timeline(
    session: Session, person_id: UUID, cursor: CursorParameter = None, limit: Limit = 50
) -> Page[LineBody]:
    """Everything this person's ids lived, newest first."""
    story = await timeline(session, person_id, cursor=cursor, limit=limit)
    items = [
        LineBody(
            event_id=line.event_id,
            type=line.type,
            at=line.at,
            sentence=line.sentence,
            chain=f"/prospection/api/v1/chains/{line.event_id}",
        )
        for line in story.lines
    ]
    return Page(items=items, next=story.next)


@router.get("/chains/{event_id}", summary="Lire un enchaînement")
async def read_chain(session: Session, event_id: UUID) -> ChainBody:
    """What led to an event, and what followed from the same gesture."""
    found = await chain(session, event_id)
    items = [
        ChainNodeBody(
            event_id=node.event_id,
            type=node.type,
            service=node.service,
            at=node.at,
            causation_id=node.causation_id,
            sentence=node.title,
            state=node.state,
        )
        for node in found.nodes
    ]
    return ChainBody(
        correlation_id=found.correlation_id,
        action=found.action,
        started_at=found.started_at,
        items=items,
        others=found.others,
    )
