"""The log: what is owed, what was sent, what failed, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.domain.letters import KINDS, Template
from services.notifications.domain.message import Message, State
from services.notifications.domain.words import KINDS as STATE_KINDS
from services.notifications.domain.words import reason_in_words, state_in_words
from services.notifications.persistence import log
from shared.messaging import directory


@dataclass(frozen=True, kw_only=True, slots=True)
class LoggedMessage:
    """One line of the log; `person` is a name when it is known."""

    id: UUID
    at: datetime
    letter: str
    template: str
    state: str
    state_words: str
    state_kind: str
    reason: str
    person_id: UUID
    person: str | None
    cause_id: UUID
    attempts: int
    next_at: datetime | None
    sent_at: datetime | None
    smtp_code: int | None

    @property
    def resendable(self) -> bool:
        """Whether somebody here may ask for it to be sent again."""
        return self.state in (State.FAILED, State.UNKNOWN)


@dataclass(frozen=True, kw_only=True, slots=True)
class LogPage:
    """Some lines, and the id after which the following ones begin, if any."""

    items: tuple[LoggedMessage, ...]
    next_id: UUID | None


async def message_log(
    session: AsyncSession,
    *,
    state: str | None = None,
    person_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> LogPage:
    """Messages in a state (or all), of one person (or all), older than `after`."""
    found = await log.newest(
        session, state=state, person_id=person_id, before=after, limit=limit + 1
    )
    shown = found[:limit]
    names = await names_of(session, [message.person_id for message in shown])
    return LogPage(
        items=tuple(logged(message, names.get(message.person_id)) for message in shown),
        next_id=shown[-1].id if len(found) > limit else None,
    )


async def state_counts(session: AsyncSession) -> dict[str, int]:
    """How many messages stand in each state."""
    return await log.counts(session)


def logged(message: Message, person: str | None) -> LoggedMessage:
    """A message in the words of the log."""
    return LoggedMessage(
        id=message.id,
        at=message.cause_at,
        letter=KINDS[Template(message.template)].title,
        template=message.template,
        state=message.state,
        state_words=state_in_words(message.state),
        state_kind=STATE_KINDS.get(message.state, "neutral"),
        reason=reason_in_words(message.reason),
        person_id=message.person_id,
        person=person,
        cause_id=message.cause_id,
        attempts=message.attempts,
        next_at=message.next_at,
        sent_at=message.sent_at,
        smtp_code=message.smtp_code,
    )


async def names_of(session: AsyncSession, person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names as last heard; persons erased or not heard of yet are left out."""
    names: dict[UUID, str] = {}
    for entry in await directory.cards_of(session, person_ids):
        if entry.last_name:
            names[entry.person_id] = f"{entry.first_name or ''} {entry.last_name}".strip()
    return names
