"""An evening was published or changed: its public facts are kept, and who must know is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.application.cancel_unsent import cancel_unsent
from services.notifications.application.owe_message import Because, Owed, owe_message
from services.notifications.application.release_messages import release_messages
from services.notifications.domain.known import KnownEvent, KnownRegistration, RegistrationState
from services.notifications.domain.letters import Template
from services.notifications.persistence import known, messages

TELLS_THE_PLACE = (Template.REGISTRATION_CONFIRMED, Template.REGISTRATION_PROMOTED)
"""Letters that already say when and where: if one has not left, it will say the new facts."""


@dataclass(frozen=True, kw_only=True)
class EventFacts:
    """What is said publicly of an evening."""

    event_id: UUID
    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    commune: str
    sequence: int


async def note_event(
    session: AsyncSession, facts: EventFacts, because: Because, *, now: datetime
) -> int:
    """Keep the facts; when date or place moved, owe a letter to everybody registered.

    Returns how many letters became owed.
    """
    await known.hold_event(session, facts.event_id, alone=True)
    before = await known.event(session, facts.event_id)
    moved = before is not None and before.moved(
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        place=facts.place,
        commune=facts.commune,
    )
    told = _told(before) if before is not None and moved else {}
    await known.keep(session, _with(facts, before))
    await release_messages(session, now=now, topic_id=facts.event_id)
    if not moved:
        return 0
    superseded = await cancel_unsent(
        session, now=now, topic_id=facts.event_id, templates=[Template.EVENT_CHANGED]
    )
    earlier = {message.about_id: message.context for message in superseded}
    states = [RegistrationState.CONFIRMED, RegistrationState.WAITLISTED]
    owed = 0
    for registration in await known.registrations_of(session, facts.event_id, states):
        if await _will_be_told(session, registration):
            continue
        context = told | _before(earlier.get(registration.registration_id, {}))
        letter = _letter(registration, facts.event_id, context)
        owed += await owe_message(session, letter, because, now=now) is not None
    return owed


def _with(facts: EventFacts, before: KnownEvent | None) -> KnownEvent:
    return KnownEvent(
        event_id=facts.event_id,
        kind=facts.kind,
        title=facts.title,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        place=facts.place,
        commune=facts.commune,
        sequence=facts.sequence,
        cancelled_at=before.cancelled_at if before else None,
    )


def _told(before: KnownEvent) -> dict[str, str]:
    return {
        "before_starts_at": before.starts_at.isoformat(),
        "before_place": before.place,
        "before_commune": before.commune,
    }


def _before(context: Mapping[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in context.items() if key.startswith("before_")}


async def _will_be_told(session: AsyncSession, registration: KnownRegistration) -> bool:
    unsent = await messages.lock_unsent(
        session,
        about_id=registration.registration_id,
        templates=[template.value for template in TELLS_THE_PLACE],
    )
    return bool(unsent)


def _letter(registration: KnownRegistration, event_id: UUID, context: dict[str, str]) -> Owed:
    return Owed(
        template=Template.EVENT_CHANGED,
        person_id=registration.person_id,
        card_version=registration.card_version,
        about_id=registration.registration_id,
        topic_id=event_id,
        context={
            "event_id": str(event_id),
            "link_epoch": registration.link_epoch,
            "registration_state": registration.state,
            **context,
        },
    )
