"""Messages that could not be settled: kept whole in the reader's own database, in order."""

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.messaging import positions
from shared.messaging.envelopes import Raw
from shared.persistence.tables import uuid7

_KEEP = text(
    """
    INSERT INTO dead_letter (id, reader, event_id, subject, aggregate_id, version, headers,
        payload, error, follows, recorded_at)
    VALUES (:id, :reader, :event_id, :subject, :aggregate_id, :version,
        CAST(:headers AS jsonb), :payload, :error, :follows, :recorded_at)
    ON CONFLICT (reader, event_id) DO NOTHING
    """
)


async def keep(
    session: AsyncSession, reader: str, raw: Raw, error: str, *, follows: bool, now: datetime
) -> bool:
    """Store the message, block its aggregate and move past it, all in this transaction.

    `error` is the class of the error, never its text, which may quote what a person typed.
    `follows` is True for a sound message that waits behind a dead one. Returns False, storing
    nothing, when the message is a duplicate or not next.
    """
    envelope = raw.envelope
    if not await positions.block(session, reader, envelope.aggregate_id, envelope.version):
        return False
    await session.execute(
        _KEEP,
        {
            "id": uuid7(),
            "reader": reader,
            "event_id": envelope.event_id,
            "subject": envelope.subject,
            "aggregate_id": envelope.aggregate_id,
            "version": envelope.version,
            "headers": json.dumps(raw.headers),
            "payload": raw.payload.decode("utf-8", "replace"),
            "error": error,
            "follows": follows,
            "recorded_at": now,
        },
    )
    return True


async def count_open(session: AsyncSession) -> int:
    """How many messages wait for somebody's decision."""
    number = await session.scalar(text("SELECT count(*) FROM dead_letter WHERE state = 'open'"))
    return int(number or 0)


async def is_blocked(session: AsyncSession, reader: str, aggregate_id: UUID) -> bool:
    """Whether this aggregate waits behind a dead message."""
    blocked = await session.scalar(
        text("SELECT blocked FROM position WHERE reader = :reader AND aggregate_id = :id"),
        {"reader": reader, "id": aggregate_id},
    )
    return bool(blocked)
