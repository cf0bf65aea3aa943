"""Keep what `events` says of its evenings, and of who comes: public facts and ids."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.application.meet_person import today
from services.prospection.domain.person import ROLE_WORDS
from services.prospection.persistence import story
from shared.contracts.events.v1 import (
    EventCancelled,
    EventChanged,
    EventPublished,
    RegistrationCancelled,
    RegistrationConfirmed,
    RegistrationWaitlisted,
)
from shared.messaging import Heard

_PUBLIC = ("event_id", "kind", "title", "starts_at", "ends_at", "place", "commune", "capacity")


async def note_evening(
    session: AsyncSession, heard: Heard[EventPublished] | Heard[EventChanged]
) -> None:
    """The public state of an evening, as last said."""
    await story.keep_event(session, {name: getattr(heard.event, name) for name in _PUBLIC})


async def note_evening_cancelled(session: AsyncSession, heard: Heard[EventCancelled]) -> None:
    """An evening will not take place."""
    await story.cancel_event(session, heard.event.event_id)


async def note_seat(
    session: AsyncSession, heard: Heard[RegistrationConfirmed] | Heard[RegistrationWaitlisted]
) -> None:
    """Somebody has a seat, or waits for one; what they said to be becomes a role."""
    event = heard.event
    promoted = isinstance(event, RegistrationConfirmed) and event.promoted
    state = "confirmed" if isinstance(event, RegistrationConfirmed) else "waitlisted"
    await _keep(session, event.registration_id, event.event_id, event.person_id, state)
    await note(session, heard, event.person_id, {"event_id": event.event_id, "promoted": promoted})
    if event.profile in ROLE_WORDS and event.profile != "autre":
        await story.open_role(
            session,
            {
                "person_id": event.person_id,
                "role": event.profile,
                "starts_on": today(event.occurred_at),
                "proof": "dit à l'inscription",
            },
        )


async def note_seat_given_back(session: AsyncSession, heard: Heard[RegistrationCancelled]) -> None:
    """Somebody gave a seat back."""
    event = heard.event
    await _keep(session, event.registration_id, event.event_id, event.person_id, "cancelled")
    await note(session, heard, event.person_id, {"event_id": event.event_id, "by": event.by})


async def _keep(
    session: AsyncSession, registration_id: UUID, event_id: UUID, person_id: UUID, state: str
) -> None:
    await story.keep_registration(
        session,
        {
            "registration_id": registration_id,
            "event_id": event_id,
            "person_id": person_id,
            "state": state,
        },
    )


async def note(
    session: AsyncSession,
    heard: Heard[Any],
    person_id: UUID,
    facts: dict[str, object],
) -> None:
    """One line in the story of this id; facts are ids and what is public."""
    await story.add_line(
        session,
        event_id=heard.event_id,
        person_id=person_id,
        happened_at=heard.event.occurred_at,
        kind=heard.event.subject,
        facts=facts,
    )
