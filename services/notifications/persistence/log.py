"""Reads of the message log."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.domain.message import Message, MessageStep


async def newest(
    session: AsyncSession,
    *,
    state: str | None,
    person_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> Sequence[Message]:
    """Messages, newest first (ids grow with time), older than `before`."""
    found = select(Message)
    if state is not None:
        found = found.where(Message.state == state)
    if person_id is not None:
        found = found.where(Message.person_id == person_id)
    if before is not None:
        found = found.where(col(Message.id) < before)
    return (await session.exec(found.order_by(col(Message.id).desc()).limit(limit))).all()


async def counts(session: AsyncSession) -> dict[str, int]:
    """How many messages stand in each state."""
    grouped = select(Message.state, func.count()).group_by(col(Message.state))
    return {state: number for state, number in await session.exec(grouped)}  # noqa: C416 - rows


async def one(session: AsyncSession, message_id: UUID) -> Message | None:
    """One message."""
    return await session.get(Message, message_id)


async def steps(session: AsyncSession, message_id: UUID) -> Sequence[MessageStep]:
    """The life of a message, oldest step first."""
    found = select(MessageStep).where(MessageStep.message_id == message_id)
    return (await session.exec(found.order_by(col(MessageStep.at), col(MessageStep.id)))).all()
