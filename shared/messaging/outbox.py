"""The only way to publish: a journal row in the transaction of the change."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.base import IntegrationEvent
from shared.messaging.causes import current_cause
from shared.persistence.tables import uuid7
from shared.telemetry import current_traceparent

COMMITTED = "ancrage.journal"
"""Key of `session.info` that tells the relay there is something to publish."""

MAX_PAYLOAD_BYTES = 65_536
"""An event carries ids and public facts; more than this is a mistake of ours."""

# One statement: the row of aggregate_sequence stays locked to the commit, so that for one
# aggregate the order of ids, of versions and of commits is the same.
_PUBLISH = text(
    """
    WITH numbered AS (
        INSERT INTO aggregate_sequence AS s (aggregate, aggregate_id, version)
        SELECT aggregate, aggregate_id, 1
        FROM unnest(:aggregates, :aggregate_ids) AS given (aggregate, aggregate_id)
        ORDER BY aggregate, aggregate_id
        ON CONFLICT (aggregate, aggregate_id) DO UPDATE SET version = s.version + 1
        RETURNING s.aggregate, s.aggregate_id, s.version
    )
    INSERT INTO journal (event_id, subject, aggregate, aggregate_id, version, headers, payload)
    SELECT g.event_id, g.subject, n.aggregate, n.aggregate_id, n.version, g.headers, g.payload
    FROM unnest(:aggregates, :aggregate_ids, :event_ids, :subjects, :headers, :payloads)
         WITH ORDINALITY
         AS g (aggregate, aggregate_id, event_id, subject, headers, payload, place)
    JOIN numbered n ON n.aggregate = g.aggregate AND n.aggregate_id = g.aggregate_id
    ORDER BY g.place
    """
).bindparams(
    bindparam("aggregates", type_=ARRAY(TEXT)),
    bindparam("aggregate_ids", type_=ARRAY(PG_UUID(as_uuid=True))),
    bindparam("event_ids", type_=ARRAY(PG_UUID(as_uuid=True))),
    bindparam("subjects", type_=ARRAY(TEXT)),
    bindparam("headers", type_=ARRAY(JSONB)),
    bindparam("payloads", type_=ARRAY(TEXT)),
)


async def publish(session: AsyncSession, event: IntegrationEvent) -> UUID:
    """Say `event` to the other services when this transaction commits; returns its id."""
    return (await publish_many(session, (event,)))[0]


async def publish_many(
    session: AsyncSession, events: Sequence[IntegrationEvent]
) -> tuple[UUID, ...]:
    """Say many events, at most one per aggregate, in one statement.

    Raises ValueError when two are about the same aggregate: their order would be lost.
    """
    if not events:
        return ()
    keys = [(event.aggregate(), event.aggregate_id) for event in events]
    if len(set(keys)) != len(keys):
        raise ValueError("publish_many takes at most one event per aggregate")
    rows = [_row(event) for event in events]
    await session.execute(
        _PUBLISH,
        {
            "aggregates": [aggregate for aggregate, _ in keys],
            "aggregate_ids": [aggregate_id for _, aggregate_id in keys],
            "event_ids": [row["event_id"] for row in rows],
            "subjects": [event.subject for event in events],
            "headers": [row["headers"] for row in rows],
            "payloads": [row["payload"] for row in rows],
        },
    )
    session.info[COMMITTED] = True
    return tuple(row["event_id"] for row in rows)


def journal_row(event: IntegrationEvent) -> dict[str, Any]:
    """The columns of one journal row, for a service that writes it in its own hot statement."""
    row = _row(event)
    row["subject"] = event.subject
    row["aggregate"] = event.aggregate()
    row["aggregate_id"] = event.aggregate_id
    return row


def _row(event: IntegrationEvent) -> dict[str, Any]:
    payload = event.model_dump_json()
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise ValueError(f"{event.subject} is larger than {MAX_PAYLOAD_BYTES} bytes")
    event_id = uuid7()
    cause = current_cause()
    headers = {
        "ce-specversion": "1.0",
        "ce-id": str(event_id),
        "ce-type": event.subject,
        "ce-source": f"/{event.speaker()}",
        "ce-subject": str(event.aggregate_id),
        "ce-time": datetime.now(UTC).isoformat(),  # noqa: TID251 - recording time, not business time
        "content-type": "application/json",
        "ce-origin": event.origin.value,
        "ce-correlationid": str(cause.correlation_id),
        "ce-causationid": str(cause.causation_id),
        "ce-action": cause.action,
    }
    if traceparent := current_traceparent():
        headers["traceparent"] = traceparent
    return {"event_id": event_id, "headers": headers, "payload": payload}
