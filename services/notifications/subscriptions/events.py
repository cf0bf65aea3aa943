"""What events says of evenings, seats and territories, and the letters that follow."""

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.application.note_event import EventFacts, note_event
from services.notifications.application.note_event_cancelled import note_event_cancelled
from services.notifications.application.note_registration import (
    RegistrationNews,
    note_registration,
)
from services.notifications.application.note_zoom import ZoomNews, note_zoom
from services.notifications.domain.letters import Template
from services.notifications.subscriptions.cause import because_of
from shared.contracts.events.v1 import (
    EventCancelled,
    EventChanged,
    EventPublished,
    RegistrationCancelled,
    RegistrationConfirmed,
    RegistrationLinkRequested,
    RegistrationWaitlisted,
    ZoomPlanned,
)
from shared.messaging import Heard, Reader, on


async def note_published(session: AsyncSession, heard: Heard[EventPublished]) -> None:
    """The public facts of the evening are kept for its letters."""
    facts = _facts(heard.event, sequence=0)
    await note_event(session, facts, because_of(heard), now=heard.time)


async def note_changed(session: AsyncSession, heard: Heard[EventChanged]) -> None:
    """New facts; if date or place moved, everybody registered is told."""
    facts = _facts(heard.event, sequence=heard.event.sequence)
    await note_event(session, facts, because_of(heard), now=heard.time)


async def note_cancelled(session: AsyncSession, heard: Heard[EventCancelled]) -> None:
    """Everybody registered is told that the evening will not take place."""
    said = heard.event
    await note_event_cancelled(
        session, said.event_id, said.sequence, because_of(heard), now=heard.time
    )


async def note_confirmed(session: AsyncSession, heard: Heard[RegistrationConfirmed]) -> None:
    """A seat, at once or from the waiting list."""
    template = (
        Template.REGISTRATION_PROMOTED if heard.event.promoted else Template.REGISTRATION_CONFIRMED
    )
    await _registration(session, heard, template, heard.event.link_epoch)


async def note_waitlisted(session: AsyncSession, heard: Heard[RegistrationWaitlisted]) -> None:
    """A place on the waiting list."""
    await _registration(session, heard, Template.REGISTRATION_WAITLISTED, heard.event.link_epoch)


async def note_given_back(session: AsyncSession, heard: Heard[RegistrationCancelled]) -> None:
    """A seat, or a place on the waiting list, given back."""
    await _registration(session, heard, Template.REGISTRATION_CANCELLED, None)


async def note_link_requested(
    session: AsyncSession, heard: Heard[RegistrationLinkRequested]
) -> None:
    """The manage link is sent anew to its owner."""
    await _registration(session, heard, Template.REGISTRATION_LINK, heard.event.link_epoch)


async def note_zoom_planned(session: AsyncSession, heard: Heard[ZoomPlanned]) -> None:
    """The élu who presents a territory is told when and where."""
    said = heard.event
    news = ZoomNews(
        slot_id=said.slot_id,
        event_id=said.event_id,
        commune=said.commune,
        elu_id=said.elu_id,
        card_version=said.card_version,
    )
    await note_zoom(session, news, because_of(heard), now=heard.time)


async def _registration(
    session: AsyncSession, heard: Heard[Any], template: Template, link_epoch: int | None
) -> None:
    said = heard.event
    news = RegistrationNews(
        template=template,
        registration_id=said.registration_id,
        event_id=said.event_id,
        person_id=said.person_id,
        card_version=said.card_version,
        link_epoch=link_epoch,
    )
    await note_registration(session, news, because_of(heard), now=heard.time)


def _facts(said: EventPublished | EventChanged, *, sequence: int) -> EventFacts:
    return EventFacts(
        event_id=said.event_id,
        kind=said.kind,
        title=said.title,
        starts_at=said.starts_at,
        ends_at=said.ends_at,
        place=said.place,
        commune=said.commune,
        sequence=sequence,
    )


READERS = (
    Reader(
        speaker="events",
        aggregate="event",
        reactions=(
            on(EventPublished, note_published),
            on(EventChanged, note_changed),
            on(EventCancelled, note_cancelled),
        ),
    ),
    Reader(
        speaker="events",
        aggregate="registration",
        reactions=(
            on(RegistrationConfirmed, note_confirmed),
            on(RegistrationWaitlisted, note_waitlisted),
            on(RegistrationCancelled, note_given_back),
            on(RegistrationLinkRequested, note_link_requested),
        ),
    ),
    Reader(speaker="events", aggregate="zoom", reactions=(on(ZoomPlanned, note_zoom_planned),)),
)
"""What notifications follows of events."""
