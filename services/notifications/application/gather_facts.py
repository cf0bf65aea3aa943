"""What a letter says is gathered when it leaves: the latest public facts, and the right link."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.domain.letters import Template
from services.notifications.domain.message import Message
from services.notifications.gateways.calendar import Appointment
from services.notifications.gateways.links import Links
from services.notifications.persistence import known
from shared.territory import queries as territory

AFTER_EVENT = timedelta(days=1)
"""How long after the evening its manage link still opens."""


class FactsMissing(Exception):
    """The letter speaks of something not heard of yet: it has to wait."""


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What the template needs, and what goes into the reader's diary, if anything."""

    facts: dict[str, object]
    action_url: str = ""
    appointment: Appointment | None = None


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One letter and what its facts are gathered with."""

    session: AsyncSession
    message: Message
    links: Links
    context: dict[str, Any] = field(default_factory=dict)


async def gather_facts(session: AsyncSession, message: Message, links: Links) -> Gathered:
    """The facts of this letter as they are known now. Raises FactsMissing."""
    ask = Ask(session=session, message=message, links=links, context=dict(message.context))
    return await _GATHERERS[Template(message.template)](ask)


async def _registration(ask: Ask) -> Gathered:
    event, appointment = await _evening(ask)
    template = Template(ask.message.template)
    manage = ask.links.manage_registration(
        ask.message.about_id, int(ask.context["link_epoch"]), event.ends_at + AFTER_EVENT
    )
    facts: dict[str, object] = {"event": event}
    if template is Template.EVENT_CHANGED:
        facts["before"] = SimpleNamespace(
            starts_at=datetime.fromisoformat(ask.context["before_starts_at"]),
            place=ask.context["before_place"],
            commune=await _commune(ask, ask.context["before_commune"]),
        )
    seated = template is not Template.REGISTRATION_WAITLISTED
    waiting = ask.context.get("registration_state") == "waitlisted"
    in_diary = seated and not waiting and template is not Template.REGISTRATION_LINK
    return Gathered(facts=facts, action_url=manage, appointment=appointment if in_diary else None)


async def _registration_over(ask: Ask) -> Gathered:
    event, appointment = await _evening(ask)
    if Template(ask.message.template) is Template.EVENT_CANCELLED:
        url = ask.links.page("/events/")
        return Gathered(facts={"event": event}, action_url=url, appointment=appointment)
    return Gathered(facts={"event": event}, action_url=_event_page(ask))


async def _zoom(ask: Ask) -> Gathered:
    event, appointment = await _evening(ask)
    territory_name = await _commune(ask, ask.context["commune"])
    return Gathered(
        facts={"event": event, "territory": territory_name},
        action_url=_event_page(ask),
        appointment=appointment,
    )


async def _request(ask: Ask) -> Gathered:
    period = _period(ask.context)
    url = ask.links.see_request(
        ask.message.about_id, int(ask.context["link_epoch"]), _end_of(period.ends_on)
    )
    commune = await _commune(ask, ask.context["placement_commune"])
    return Gathered(facts={"request": period, "commune": commune}, action_url=url)


async def _proposal(ask: Ask) -> Gathered:
    answer_by = datetime.fromisoformat(ask.context["answer_by"])
    url = ask.links.answer_proposal(ask.message.about_id, int(ask.context["link_epoch"]), answer_by)
    return Gathered(facts={"answer_by": answer_by}, action_url=url)


async def _proposal_taken(ask: Ask) -> Gathered:
    topic = ask.message.topic_id
    request = None if topic is None else await known.request(ask.session, topic)
    if request is None:
        return Gathered(facts={})
    url = ask.links.see_request(request.request_id, request.link_epoch, _end_of(request.ends_on))
    return Gathered(facts={}, action_url=url)


async def _stay(ask: Ask) -> Gathered:
    stay = _period(ask.context)
    stay.dwelling_title = ask.context["dwelling_title"]
    commune = await _commune(ask, ask.context["commune"])
    url = ""
    if Template(ask.message.template) is Template.STAY_BOOKED:
        epoch = int(ask.context["link_epoch"])
        url = ask.links.see_stay(ask.message.about_id, epoch, _end_of(stay.ends_on))
    return Gathered(facts={"stay": stay, "commune": commune}, action_url=url)


async def _evening(ask: Ask) -> tuple[SimpleNamespace, Appointment]:
    event_id = UUID(ask.context["event_id"])
    event = await known.event(ask.session, event_id)
    if event is None:
        raise FactsMissing
    commune = await _commune(ask, event.commune)
    cancelled = event.cancelled_at is not None
    shown = SimpleNamespace(
        title=event.title,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        place=event.place,
        commune=commune,
    )
    appointment = Appointment(
        event_id=event_id,
        title=event.title,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        where=f"{event.place}, {commune}",
        sequence=event.sequence,
        cancelled=cancelled,
    )
    return shown, appointment


def _event_page(ask: Ask) -> str:
    return ask.links.page(f"/events/soirees/{ask.context['event_id']}")


def _period(context: dict[str, Any]) -> SimpleNamespace:
    return SimpleNamespace(
        starts_on=date.fromisoformat(context["starts_on"]),
        ends_on=date.fromisoformat(context["ends_on"]),
    )


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)


async def _commune(ask: Ask, code: str) -> str:
    found = await territory.current_commune(ask.session, code)
    return code if found is None else found.name


_GATHERERS: dict[Template, Callable[[Ask], Awaitable[Gathered]]] = {
    Template.REGISTRATION_CONFIRMED: _registration,
    Template.REGISTRATION_PROMOTED: _registration,
    Template.REGISTRATION_WAITLISTED: _registration,
    Template.REGISTRATION_LINK: _registration,
    Template.EVENT_CHANGED: _registration,
    Template.REGISTRATION_CANCELLED: _registration_over,
    Template.EVENT_CANCELLED: _registration_over,
    Template.ZOOM_PLANNED: _zoom,
    Template.REQUEST_OPENED: _request,
    Template.PROPOSAL_MADE: _proposal,
    Template.PROPOSAL_TAKEN: _proposal_taken,
    Template.STAY_BOOKED: _stay,
    Template.STAY_CANCELLED: _stay,
}
