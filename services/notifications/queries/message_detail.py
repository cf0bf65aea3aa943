"""One message: what it is, why it is owed, and every step of its life."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.domain.letters import KINDS, Template
from services.notifications.domain.words import reason_in_words, state_in_words
from services.notifications.persistence import known, log
from services.notifications.queries.message_log import LoggedMessage, logged, names_of
from shared.contracts.refusal import NotFound


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownStep:
    """One step, in words; `by` is the name of who asked for it."""

    at: datetime
    title: str
    detail: str
    by: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageDetail:
    """A message with its reason and its history; `subject_name` is public, such as an event's."""

    message: LoggedMessage
    why: str
    subject_name: str | None
    cause_at: datetime
    steps: tuple[ShownStep, ...]


async def message_detail(session: AsyncSession, message_id: UUID) -> MessageDetail:
    """The message of this id. Raises NotFound."""
    message = await log.one(session, message_id)
    if message is None:
        raise NotFound("Ce message n’existe pas.")
    steps = await log.steps(session, message_id)
    people = [message.person_id, *(step.by for step in steps if step.by is not None)]
    names = await names_of(session, people)
    event = None
    if message.speaker == "events" and message.topic_id is not None:
        event = await known.event(session, message.topic_id)
    return MessageDetail(
        message=logged(message, names.get(message.person_id)),
        why=KINDS[Template(message.template)].why,
        subject_name=None if event is None else event.title,
        cause_at=message.cause_at,
        steps=tuple(
            ShownStep(
                at=step.at,
                title=state_in_words(step.state),
                detail=_detail(step.reason, step.smtp_code),
                by=None if step.by is None else names.get(step.by, "un compte d’ici"),
            )
            for step in steps
        ),
    )


def _detail(reason: str | None, code: int | None) -> str:
    words = reason_in_words(reason)
    reply = "" if code is None else f"réponse {code} du serveur de messagerie"
    return ", ".join(part for part in (words, reply) if part)
