"""A seat was taken, waited for, or given back: the person is written to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.application.cancel_unsent import cancel_unsent
from services.notifications.application.owe_message import Because, Owed, owe_message
from services.notifications.domain.known import KnownRegistration, RegistrationState
from services.notifications.domain.letters import Template
from services.notifications.domain.message import Message
from services.notifications.persistence import known

_STATES = {
    Template.REGISTRATION_CONFIRMED: RegistrationState.CONFIRMED,
    Template.REGISTRATION_PROMOTED: RegistrationState.CONFIRMED,
    Template.REGISTRATION_WAITLISTED: RegistrationState.WAITLISTED,
    Template.REGISTRATION_CANCELLED: RegistrationState.CANCELLED,
}
"""What each letter says of the registration; the letter with the link says nothing new."""


@dataclass(frozen=True, kw_only=True)
class RegistrationNews:
    """What happened to a registration; `link_epoch` is None when nothing was said of it."""

    template: Template
    registration_id: UUID
    event_id: UUID
    person_id: UUID
    card_version: int
    link_epoch: int | None = None


async def note_registration(
    session: AsyncSession, news: RegistrationNews, because: Because, *, now: datetime
) -> Message | None:
    """Keep the registration's state, drop its letters that are no longer true, owe the new one.

    Somebody seated at an evening already known as cancelled is told of the cancellation instead.
    """
    await known.hold_event(session, news.event_id, alone=False)
    before = await known.registration(session, news.registration_id)
    state = _STATES.get(news.template)
    epoch = news.link_epoch if news.link_epoch is not None else (before.link_epoch if before else 0)
    await known.keep(
        session,
        KnownRegistration(
            registration_id=news.registration_id,
            event_id=news.event_id,
            person_id=news.person_id,
            card_version=news.card_version,
            state=state or (before.state if before else RegistrationState.CONFIRMED),
            link_epoch=epoch,
        ),
    )
    if state is not None:
        await cancel_unsent(session, now=now, about_id=news.registration_id)
    event = await known.event(session, news.event_id)
    template = news.template
    if event is not None and event.cancelled_at is not None:
        if template is Template.REGISTRATION_CANCELLED:
            return None
        template = Template.EVENT_CANCELLED
    letter = Owed(
        template=template,
        person_id=news.person_id,
        card_version=news.card_version,
        about_id=news.registration_id,
        topic_id=news.event_id,
        context={"event_id": str(news.event_id), "link_epoch": epoch},
    )
    return await owe_message(session, letter, because, now=now)
