"""A letter becomes owed to somebody, once, because of something that happened."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.domain.letters import Template
from services.notifications.domain.message import Message, MessageStep
from services.notifications.persistence import messages
from shared.messaging import directory
from shared.persistence.sessions import wake_jobs
from shared.telemetry import current_traceparent


@dataclass(frozen=True, kw_only=True)
class Because:
    """What makes letters owed: an event that was heard."""

    cause_id: UUID
    cause_type: str
    speaker: str
    at: datetime
    correlation_id: UUID
    live: bool


@dataclass(frozen=True, kw_only=True)
class Owed:
    """A letter to one person; `about_id` is what it speaks of, `topic_id` what that belongs to."""

    template: Template
    person_id: UUID
    card_version: int
    about_id: UUID
    topic_id: UUID | None = None
    context: dict[str, JsonValue] = field(default_factory=dict)


async def owe_message(
    session: AsyncSession, owed: Owed, because: Because, *, now: datetime
) -> Message | None:
    """Write the letter down as owed; None when it is history, or owed already.

    It leaves at once when the card of its reader is known, else it waits for it.
    """
    await directory.ensure(session, owed.person_id, because.speaker)
    if not because.live:
        return None
    message = Message(
        cause_id=because.cause_id,
        cause_type=because.cause_type,
        cause_at=because.at,
        person_id=owed.person_id,
        speaker=because.speaker,
        card_version=owed.card_version,
        template=owed.template.value,
        about_id=owed.about_id,
        topic_id=owed.topic_id,
        context=owed.context,
        correlation_id=because.correlation_id,
        traceparent=current_traceparent(),
    )
    if not await messages.insert_once(session, message):
        return None
    ready = await messages.lock_ready(session, person_id=owed.person_id)
    steps = [one.release(now) for one in ready]
    if message.id not in {one.id for one in ready}:
        steps.append(MessageStep(message_id=message.id, at=now, state=message.state))
    await messages.add_steps(session, steps)
    wake_jobs(session)
    return message
