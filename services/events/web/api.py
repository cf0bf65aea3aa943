"""The API of events: what scripts may ask, in JSON, errors as problem details in French."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from services.events.application.cancel_event import cancel_event
from services.events.application.cancel_registration import cancel_registration
from services.events.application.plan_event import plan_event
from services.events.application.plan_zoom import PlanZoom, plan_zoom
from services.events.application.publish_event import publish_event
from services.events.application.register_person import RegisterPerson, register_person
from services.events.domain.answers import read_answers
from services.events.domain.plan import EventPlan
from services.events.domain.refusals import KeyMissing
from services.events.domain.registration import CancelledBy, Profile
from services.events.queries.agency_events import events_after
from services.events.queries.event_details import event_details
from services.events.queries.event_registrations import registrations_after
from shared.contracts.refusal import Invalid
from shared.runtime.fields import Count, Instant
from shared.runtime.paging import Cursor, CursorParameter, Limit, Page
from shared.runtime.problems import problem
from shared.runtime.web import Now, Session
from shared.security import public, staff

router = APIRouter(prefix="/api/v1")

LONGEST_KEY = 200
WRITERS = staff("evenements")
READERS = staff("evenements", "direction", "animation", "guichet", "prospection")

Text = Annotated[str, Field(max_length=5_000)]
Line = Annotated[str, Field(max_length=300)]


class _Asked(BaseModel):
    """A body; unknown fields are refused, so that a misspelt one is not lost in silence."""

    model_config = ConfigDict(extra="forbid")


class NewEvent(_Asked):
    """An event to plan; instants carry their zone."""

    kind: Line
    title: Line
    starts_at: Instant
    ends_at: Instant
    place: Line
    commune: Line
    capacity: Count
    waiting_list: StrictBool = True
    address: Line = ""
    description: Text = ""
    contact_email: Line = ""


class NewRegistration(_Asked):
    """Somebody who wants to come; `consent` covers the optional purposes only."""

    first_name: Line
    last_name: Line
    email: Line
    profile: Profile
    consent: StrictBool = False
    phone: Line | None = None


class NewZoom(_Asked):
    """A slot given to a commune, presented by an élu."""

    commune: Line
    last_name: Line
    first_name: Line
    email: Line
    function: Line
    starts_at: Instant
    minutes: Count
    title: Line = ""


class Created(BaseModel):
    """The id of what was made."""

    id: UUID


class EventOut(BaseModel):
    """An event with its seats at this moment."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str
    title: str
    description: str
    starts_at: datetime
    ends_at: datetime
    place: str
    address: str
    commune: str
    state: str
    capacity: int
    confirmed: int
    waitlisted: int
    waiting_list: bool
    sequence: int
    version: int


class RegistrationMade(BaseModel):
    """What a registration is answered with."""

    id: UUID
    status: str


class RegistrationOut(BaseModel):
    """One registration as the agency sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    person_id: UUID
    status: str
    position: int | None
    profile: str
    consent: bool
    registered_at: datetime
    first_name: str
    last_name: str
    email: str
    phone: str | None


class CancellationOut(BaseModel):
    """`changed` is false when it was cancelled already."""

    status: str
    changed: bool


def _of_the_agency(request: Request) -> bool:
    actor = request.state.actor
    return bool(actor and actor.may("evenements", "direction", "animation"))


def _after(cursor: str | None) -> UUID | None:
    values = Cursor.decode(cursor, 1)
    try:
        return UUID(values[0]) if values else None
    except ValueError as error:
        raise Invalid("Le curseur de pagination n’est pas valable.", field="cursor") from error


@router.post("/events", status_code=201, dependencies=[WRITERS])
async def create_event(body: NewEvent, session: Session, now: Now) -> Created:
    """Plan an event: a draft until it is published."""
    return Created(id=await plan_event(session, EventPlan(**body.model_dump()), now=now))


@router.get("/events", dependencies=[public()])
async def list_events(
    request: Request, session: Session, limit: Limit = 50, cursor: CursorParameter = None
) -> Page[EventOut]:
    """Published and cancelled events; drafts too for the agency."""
    found = await events_after(
        session, after=_after(cursor), limit=limit + 1, drafts=_of_the_agency(request)
    )
    more = Cursor.encode(found[limit - 1].id) if len(found) > limit else None
    return Page(items=[EventOut.model_validate(event) for event in found[:limit]], next=more)


@router.get("/events/{event_id}", dependencies=[public()])
async def get_event(request: Request, session: Session, event_id: UUID) -> EventOut:
    """One event, once published; a draft is shown to the agency only."""
    event = await event_details(session, event_id, drafts=_of_the_agency(request))
    return EventOut.model_validate(event)


@router.post("/events/{event_id}/publication", dependencies=[WRITERS])
async def publish(session: Session, now: Now, event_id: UUID) -> EventOut:
    """Open it to the public; publishing twice changes nothing."""
    await publish_event(session, event_id, now=now)
    return EventOut.model_validate(await event_details(session, event_id))


@router.post("/events/{event_id}/cancellation", dependencies=[WRITERS])
async def call_off(session: Session, now: Now, event_id: UUID) -> EventOut:
    """Call it off; everybody registered is told."""
    await cancel_event(session, event_id, now=now)
    return EventOut.model_validate(await event_details(session, event_id, drafts=True))


@router.post(
    "/events/{event_id}/registrations",
    status_code=201,
    dependencies=[public()],
    response_model=RegistrationMade,
)
async def register(
    session: Session,
    now: Now,
    event_id: UUID,
    body: NewRegistration,
    idempotency_key: Annotated[str | None, Header(max_length=10_000)] = None,
) -> Response:
    """Take a seat, or a rank on the waiting list; the same key and body give the same answer."""
    if not idempotency_key or len(idempotency_key) > LONGEST_KEY:
        raise KeyMissing
    texts = body.model_dump(exclude={"consent"}, exclude_none=True)
    answer = await register_person(
        session,
        RegisterPerson(
            event_id=event_id,
            key=idempotency_key,
            answers=read_answers(texts, consent=body.consent),
        ),
        now=now,
    )
    if answer.refused:
        return problem(answer.refused.status, answer.refused.type, answer.refused.reason)
    return Response(answer.body, 201, media_type="application/json")


@router.get("/events/{event_id}/registrations", dependencies=[READERS])
async def list_registrations(
    session: Session, event_id: UUID, limit: Limit = 100, cursor: CursorParameter = None
) -> Page[RegistrationOut]:
    """Who is registered, cancelled ones included."""
    await event_details(session, event_id, drafts=True)
    found = await registrations_after(session, event_id, after=_after(cursor), limit=limit + 1)
    more = Cursor.encode(found[limit - 1].id) if len(found) > limit else None
    return Page(items=[RegistrationOut.model_validate(one) for one in found[:limit]], next=more)


@router.post("/registrations/{registration_id}/cancellation", dependencies=[WRITERS])
async def cancel(session: Session, now: Now, registration_id: UUID) -> CancellationOut:
    """Give the seat back; the first who waits takes it."""
    changed = await cancel_registration(session, registration_id, by=CancelledBy.STAFF, now=now)
    return CancellationOut(status="cancelled", changed=changed)


@router.post("/events/{event_id}/zooms", status_code=201, dependencies=[WRITERS])
async def create_zoom(session: Session, now: Now, event_id: UUID, body: NewZoom) -> Created:
    """Give a slot of the evening to a commune."""
    command = PlanZoom(event_id=event_id, **body.model_dump())
    return Created(id=await plan_zoom(session, command, now=now))
