"""Messages that could not be settled: kept whole in the reader's own database, in order."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.refusal import Refused
from shared.messaging import positions
from shared.messaging.envelopes import Raw, envelope_of
from shared.messaging.failures import is_transient
from shared.messaging.reactions import Reactions
from shared.persistence.sessions import Database
from shared.persistence.tables import uuid7

FOLLOWS = "blocked"
"""The error of a sound message that waits behind a dead one."""

_COLUMNS = """id, reader, event_id, subject, aggregate_id, version, headers, payload, error,
    follows, state, recorded_at, settled_at, settled_by, discard_reason"""
_KEEP = text(
    """
    INSERT INTO dead_letter (id, reader, event_id, subject, aggregate_id, version, headers,
        payload, error, follows, recorded_at)
    VALUES (:id, :reader, :event_id, :subject, :aggregate_id, :version,
        CAST(:headers AS jsonb), :payload, :error, :follows, :recorded_at)
    ON CONFLICT (reader, event_id) DO NOTHING
    """
)
_LIST = text(
    f"""
    SELECT {_COLUMNS} FROM dead_letter
    WHERE (CAST(:state AS text) IS NULL OR state = :state)
      AND (CAST(:subject AS text) IS NULL OR subject = :subject)
      AND (CAST(:ids AS uuid[]) IS NULL OR id = ANY(:ids))
    ORDER BY recorded_at DESC, reader, aggregate_id, version LIMIT :limit
    """  # noqa: S608 - columns are ours
)
_SUBJECTS = text("SELECT DISTINCT subject FROM dead_letter ORDER BY subject")
_FIRST_OPEN = text(
    f"""
    SELECT {_COLUMNS} FROM dead_letter
    WHERE reader = :reader AND aggregate_id = :id AND state = 'open'
    ORDER BY version LIMIT 1
    """  # noqa: S608 - columns are ours
)
_SETTLE = text(
    """
    UPDATE dead_letter SET state = :state, settled_at = :now, settled_by = :who,
        discard_reason = :reason WHERE id = :id AND state = 'open' RETURNING id
    """
)
_STILL_FAILS = text(
    "UPDATE dead_letter SET error = :error, follows = false WHERE id = :id AND state = 'open'"
)
_AUDIT = text(
    """
    INSERT INTO dead_letter_audit (id, at, who, action, letter_id, reader, subject, detail)
    VALUES (:id, :at, :who, :action, :letter_id, :reader, :subject, :detail)
    """
)


class AlreadySettled(Refused):
    """Somebody replayed or discarded it meanwhile."""

    type = "message-deja-regle"
    reason = "Ce message a déjà été rejoué ou écarté."


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One message that waits, or waited, for somebody's decision."""

    id: UUID
    reader: str
    event_id: UUID
    subject: str
    aggregate_id: UUID
    version: int
    headers: Mapping[str, str]
    payload: str
    error: str
    follows: bool
    state: str
    recorded_at: datetime
    settled_at: datetime | None
    settled_by: UUID | None
    discard_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who decides, and when. `who` is None for a program."""

    who: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a replay did: how many passed, how many aggregates failed again."""

    replayed: int
    failed: int


async def keep(session: AsyncSession, reader: str, raw: Raw, error: str, *, now: datetime) -> None:
    """Store a message whose position was just moved as blocked, in the same transaction.

    `error` is the class of the error, never its text, which may quote what a person typed.
    """
    envelope = raw.envelope
    await session.execute(
        _KEEP,
        {
            "id": uuid7(),
            "reader": reader,
            "event_id": envelope.event_id,
            "subject": envelope.subject,
            "aggregate_id": envelope.aggregate_id,
            "version": envelope.version,
            "headers": json.dumps({k: _storable(v) for k, v in raw.headers.items()}),
            "payload": _storable(raw.payload.decode("utf-8", "replace")),
            "error": error,
            "follows": error == FOLLOWS,
            "recorded_at": now,
        },
    )


def _storable(words: str) -> str:
    """The same without what PostgreSQL cannot store: a dead letter must never be refused."""
    return words.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


async def count_open(session: AsyncSession) -> int:
    """How many messages wait for somebody's decision."""
    number = await session.scalar(text("SELECT count(*) FROM dead_letter WHERE state = 'open'"))
    return int(number or 0)


async def letters(
    session: AsyncSession,
    *,
    state: str | None = None,
    subject: str | None = None,
    ids: Sequence[UUID] | None = None,
    limit: int = 200,
) -> list[DeadLetter]:
    """The messages of this state and type, newest first; None = whatever it is."""
    given = list(ids) if ids is not None else None
    rows = await session.execute(
        _LIST, {"state": state, "subject": subject, "ids": given, "limit": limit}
    )
    return [_letter(row) for row in rows]


async def subjects(session: AsyncSession) -> list[str]:
    """The types met among dead letters, for a filter."""
    return [row.subject for row in await session.execute(_SUBJECTS)]


async def replay(
    database: Database, readers: Mapping[str, Reactions], chosen: Sequence[DeadLetter], by: By
) -> Outcome:
    """Replay the chosen messages, and those before them about the same things, in order.

    Each runs in its own transaction, as when it was heard; a first failure stops its aggregate.
    Transient errors are raised: nothing is wrong with the message.
    """
    last: dict[tuple[str, UUID], int] = {}
    for letter in chosen:
        key = (letter.reader, letter.aggregate_id)
        last[key] = max(last.get(key, 0), letter.version)
    replayed = failed = 0
    for (reader, aggregate_id), version in last.items():
        if reader not in readers:
            failed += 1
            continue
        while True:
            try:
                if not await _replay_next(database, readers[reader], (aggregate_id, version), by):
                    break
            except _StillFails:
                failed += 1
                break
            replayed += 1
    return Outcome(replayed=replayed, failed=failed)


class _StillFails(Exception):
    """The reaction failed again."""


async def _replay_next(
    database: Database, reactions: Reactions, until: tuple[UUID, int], by: By
) -> bool:
    """Replay the oldest open message of one aggregate, up to a version; False when none is left."""
    reader = reactions.reader.name
    aggregate_id, version = until
    letter: DeadLetter | None = None
    try:
        async with database.transaction() as session:
            # The lock of the reader itself: a follower that arrives now is kept before or after.
            await positions.reached(session, reader, aggregate_id)
            values = {"reader": reader, "id": aggregate_id}
            row = (await session.execute(_FIRST_OPEN, values)).one_or_none()
            letter = _letter(row) if row is not None else None
            if letter is None or letter.version > version:
                return False
            live_since = await reactions.live_since(session, by.at)
            envelope = envelope_of(letter.headers, live_since)
            raw = Raw(envelope, letter.headers, letter.payload.encode())
            await reactions.run(session, raw)
            await _settle(session, letter, by, state="replayed", reason=None)
    except Exception as error:
        if letter is None or is_transient(error):
            raise
        async with database.transaction() as session:
            values = {"id": letter.id, "error": type(error).__name__}
            await session.execute(_STILL_FAILS, values)
            await _note(session, letter, by, "replay failed", type(error).__name__)
        raise _StillFails from error
    return True


async def discard(session: AsyncSession, chosen: Sequence[DeadLetter], reason: str, by: By) -> None:
    """Set messages aside for good, with a reason. Raises AlreadySettled."""
    for letter in chosen:
        await positions.reached(session, letter.reader, letter.aggregate_id)
        await _settle(session, letter, by, state="discarded", reason=reason)


async def _settle(
    session: AsyncSession, letter: DeadLetter, by: By, *, state: str, reason: str | None
) -> None:
    """Close one letter; the aggregate goes on by itself when none is left open."""
    values = {"id": letter.id, "state": state, "now": by.at, "who": by.who, "reason": reason}
    if (await session.execute(_SETTLE, values)).one_or_none() is None:
        raise AlreadySettled
    await _note(session, letter, by, state, reason)
    key = {"reader": letter.reader, "id": letter.aggregate_id}
    if (await session.execute(_FIRST_OPEN, key)).one_or_none() is None:
        await positions.release(session, letter.reader, letter.aggregate_id)


async def _note(
    session: AsyncSession, letter: DeadLetter, by: By, action: str, detail: str | None
) -> None:
    values = {"id": uuid7(), "at": by.at, "who": by.who, "action": action, "detail": detail}
    about = {"letter_id": letter.id, "reader": letter.reader, "subject": letter.subject}
    await session.execute(_AUDIT, {**values, **about})


def _letter(row: Any) -> DeadLetter:
    values = dict(row._mapping)  # noqa: SLF001 - public despite its name
    if isinstance(values["headers"], str):
        values["headers"] = json.loads(values["headers"])
    return DeadLetter(**values)
