"""An evening will not take place: everybody registered is told, once."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.application.cancel_unsent import cancel_unsent
from services.notifications.application.owe_message import Because, Owed, owe_message
from services.notifications.domain.known import RegistrationState
from services.notifications.domain.letters import Template
from services.notifications.persistence import known


async def note_event_cancelled(
    session: AsyncSession, event_id: UUID, sequence: int, because: Because, *, now: datetime
) -> int:
    """Drop the letters about it that have not left, and owe one that says it; returns how many."""
    await known.hold_event(session, event_id, alone=True)
    event = await known.event(session, event_id)
    if event is not None:
        event.cancelled_at = because.at
        event.sequence = sequence
        await known.keep(session, event)
    await cancel_unsent(session, now=now, topic_id=event_id)
    states = [RegistrationState.CONFIRMED, RegistrationState.WAITLISTED]
    owed = 0
    for registration in await known.registrations_of(session, event_id, states):
        letter = Owed(
            template=Template.EVENT_CANCELLED,
            person_id=registration.person_id,
            card_version=registration.card_version,
            about_id=registration.registration_id,
            topic_id=event_id,
            context={"event_id": str(event_id)},
        )
        owed += await owe_message(session, letter, because, now=now) is not None
    return owed
