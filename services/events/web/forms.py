"""What forms may contain, read field by field; everything typed is kept for the next display."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.datastructures import FormData

from services.events.domain.answers import Answers, read_answers
from services.events.domain.moments import PARIS, paris_instant, read_day, read_hour
from services.events.domain.plan import EventPlan, InvalidPlan
from services.events.queries.commune_choices import read_commune
from services.events.queries.event_view import EventView
from shared.contracts.refusal import Invalid

T = TypeVar("T")

ANSWER_FIELDS = ("first_name", "last_name", "email", "phone", "profile")
PLAN_FIELDS = (
    "kind",
    "title",
    "day",
    "starts",
    "ends",
    "place",
    "address",
    "commune",
    "capacity",
    "contact_email",
    "description",
)
ZOOM_FIELDS = (
    "commune",
    "first_name",
    "last_name",
    "email",
    "function",
    "title",
    "starts",
    "minutes",
)


def typed(form: FormData, *fields: str) -> dict[str, str]:
    """These fields as text; a missing one, or a file in its place, is empty."""
    values = ((field, form.get(field)) for field in fields)
    return {field: value if isinstance(value, str) else "" for field, value in values}


def ticked(form: FormData, field: str) -> bool:
    """Whether a box was ticked."""
    return form.get(field) == "true"


def read_registration(form: FormData) -> Answers:
    """The six answers. Raises `InvalidAnswers`."""
    return read_answers(typed(form, *ANSWER_FIELDS), consent=ticked(form, "consent"))


def empty_plan() -> dict[str, str]:
    """A new event as its form shows it first."""
    return dict.fromkeys(PLAN_FIELDS, "") | {
        "kind": "soiree_accueil",
        "starts": "19:00",
        "ends": "22:00",
        "capacity": "60",
    }


def plan_of(event: EventView) -> dict[str, str]:
    """An event as the form that changes it shows it."""
    starts, ends = event.starts_at.astimezone(PARIS), event.ends_at.astimezone(PARIS)
    return {
        "kind": event.kind,
        "title": event.title,
        "day": starts.date().isoformat(),
        "starts": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "place": event.place,
        "address": event.address,
        "commune": f"{event.commune_name} ({event.commune})",
        "capacity": str(event.capacity),
        "contact_email": event.contact_email,
        "description": event.description,
    }


class _Reading:
    """Reads fields one after the other and gathers a sentence for each refused one."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def field(self, name: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except Invalid as refused:
            self.errors[name] = refused.reason
            return None

    async def commune(self, session: AsyncSession, text: str) -> str:
        try:
            return await read_commune(session, text)
        except Invalid as refused:
            self.errors["commune"] = refused.reason
            return ""


def _number(text: str, field: str) -> int:
    digits = "".join(text.split())
    if not digits.isdecimal() or len(digits) > 6:
        raise Invalid("Indiquez un nombre entier.", field=field)
    return int(digits)


async def read_plan(
    session: AsyncSession, values: dict[str, str], *, waiting_list: bool
) -> EventPlan:
    """The plan that staff typed, hours being those of Paris. Raises `InvalidPlan`."""
    reading = _Reading()
    day = reading.field("day", lambda: read_day(values["day"], field="day"))
    starts = reading.field("starts", lambda: read_hour(values["starts"], field="starts"))
    ends = reading.field("ends", lambda: read_hour(values["ends"], field="ends"))
    capacity = reading.field("capacity", lambda: _number(values["capacity"], "capacity"))
    commune = await reading.commune(session, values["commune"])
    times = _times(reading, day, starts, ends)
    if reading.errors or times is None or capacity is None:
        raise InvalidPlan(reading.errors)
    plan = EventPlan(
        starts_at=times[0],
        ends_at=times[1],
        commune=commune,
        capacity=capacity,
        waiting_list=waiting_list,
        **{
            field: values[field]
            for field in ("kind", "title", "place", "address", "description", "contact_email")
        },
    )
    if errors := plan.errors():
        raise InvalidPlan(form_errors(errors))
    return plan


def form_errors(errors: dict[str, str]) -> dict[str, str]:
    """Errors of a plan under the names of the fields of its form."""
    names = {"starts_at": "day", "ends_at": "ends"}
    return {names.get(field, field): sentence for field, sentence in errors.items()}


def _times(
    reading: _Reading, day: date | None, starts: time | None, ends: time | None
) -> tuple[datetime, datetime] | None:
    if day is None or starts is None or ends is None:
        return None
    first = reading.field("starts", lambda: paris_instant(day, starts, field="starts"))
    last = reading.field("ends", lambda: paris_instant(day, ends, field="ends"))
    return (first, last) if first and last else None


def read_minutes(text: str) -> int:
    """A duration in minutes. Raises `Invalid`."""
    return _number(text, "minutes")
