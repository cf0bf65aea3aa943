"""Messages in PostgreSQL: owed once, locked by one sender at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.domain.message import CLAIMABLE, UNSENT, Message, MessageStep, State

# A letter about an evening also waits for the evening to be known: streams have no common order.
_READY = text(
    """
    (EXISTS (SELECT 1 FROM directory d WHERE d.person_id = message.person_id
             AND d.speaker = message.speaker AND d.erased_at IS NULL
             AND d.version >= greatest(message.card_version, 1))
     AND (message.speaker <> 'events'
          OR EXISTS (SELECT 1 FROM known_event k WHERE k.event_id = message.topic_id)))
    """
)
_ERASED = text(
    """EXISTS (SELECT 1 FROM directory d WHERE d.person_id = message.person_id
    AND d.speaker = message.speaker AND d.erased_at IS NOT NULL)"""
)
_WAITING = text(
    """
    SELECT EXISTS (SELECT 1 FROM message WHERE state = 'awaiting_card') AS awaiting,
        EXISTS (SELECT 1 FROM message WHERE state IN ('pending', 'deferred', 'unknown')
                AND next_at <= :now) AS due,
        EXISTS (SELECT 1 FROM message WHERE state = 'sending' AND lease_until <= :now) AS expired
    """
)


async def what_waits(session: AsyncSession, *, now: datetime) -> tuple[bool, bool, bool]:
    """Whether letters await a card, are due, or are held by a sender that did not come back."""
    row = (await session.execute(_WAITING, {"now": now})).one()
    return (row.awaiting, row.due, row.expired)


async def insert_once(session: AsyncSession, message: Message) -> bool:
    """Keep the message, unless it is owed already; tells whether it is new."""
    values = message.model_dump()
    statement = (
        insert(Message)
        .values(values)
        .on_conflict_do_nothing(constraint="message_owed_once")
        .returning(col(Message.id))
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def add_steps(session: AsyncSession, steps: Sequence[MessageStep]) -> None:
    """Keep what happened to messages."""
    session.add_all(steps)
    await session.flush()


async def lock(session: AsyncSession, message_id: UUID) -> Message | None:
    """One message, held until the transaction ends."""
    return await session.get(Message, message_id, with_for_update=True, populate_existing=True)


async def lock_ready(
    session: AsyncSession,
    *,
    person_id: UUID | None = None,
    topic_id: UUID | None = None,
    limit: int = 200,
) -> Sequence[Message]:
    """Messages that waited for a card, or for an evening, and need wait no longer."""
    return await _lock(session, _awaiting(person_id, topic_id).where(_READY), limit)


async def lock_erased(session: AsyncSession, *, limit: int = 200) -> Sequence[Message]:
    """Messages that wait for the card of somebody who was erased."""
    return await _lock(session, _awaiting(None, None).where(_ERASED), limit)


async def lock_due(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[Message]:
    """Messages whose time has come, oldest first; those another sender holds are skipped."""
    due = (
        select(Message)
        .where(col(Message.state).in_(CLAIMABLE), col(Message.next_at) <= now)
        .order_by(col(Message.next_at), col(Message.id))
    )
    return await _lock(session, due, limit)


async def lock_expired(session: AsyncSession, *, now: datetime) -> Sequence[Message]:
    """Messages whose sender did not come back in time."""
    late = select(Message).where(Message.state == State.SENDING, col(Message.lease_until) <= now)
    return await _lock(session, late, 200)


async def lock_unsent(
    session: AsyncSession,
    *,
    about_id: UUID | None = None,
    topic_id: UUID | None = None,
    templates: Sequence[str] | None = None,
) -> Sequence[Message]:
    """Messages about one thing, or on one topic, that have surely not left."""
    unsent = select(Message).where(col(Message.state).in_(UNSENT))
    if about_id is not None:
        unsent = unsent.where(Message.about_id == about_id)
    if topic_id is not None:
        unsent = unsent.where(Message.topic_id == topic_id)
    if templates is not None:
        unsent = unsent.where(col(Message.template).in_(templates))
    return (await session.exec(unsent.order_by(col(Message.id)).with_for_update())).all()


async def count_awaiting_since(session: AsyncSession, *, before: datetime) -> int:
    """How many messages have waited for a card since before that moment."""
    waiting = (
        select(func.count())
        .select_from(Message)
        .where(Message.state == State.AWAITING_CARD, col(Message.cause_at) < before)
    )
    return (await session.exec(waiting)).one()


def _awaiting(person_id: UUID | None, topic_id: UUID | None) -> Any:
    waiting = select(Message).where(Message.state == State.AWAITING_CARD)
    if person_id is not None:
        waiting = waiting.where(Message.person_id == person_id)
    if topic_id is not None:
        waiting = waiting.where(Message.topic_id == topic_id)
    return waiting


async def _lock(session: AsyncSession, statement: Any, limit: int) -> Sequence[Message]:
    held: Select[tuple[Message]] = statement.limit(limit).with_for_update(
        of=Message, skip_locked=True
    )
    return (await session.execute(held)).scalars().all()
