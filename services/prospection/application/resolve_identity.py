"""Recompute whom each id stands for, after a tie was made or undone, and say what changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.person import Person
from services.prospection.persistence import persons, story
from shared.contracts.prospection.v1 import PersonResolved
from shared.messaging import directory, outbox


async def resolve_identity(
    session: AsyncSession,
    ids: Sequence[UUID],
    *,
    rule: Literal["exact", "staff", "undone"],
    now: datetime,
) -> list[UUID]:
    """Give every id tied to one of `ids` the canonical id of its group: whom was met first.

    The canonical id follows from the ties alone, so ties may be undone in any order and the
    mapping is always the restored one. The caller holds the lock on ties and has flushed.
    Returns the ids whose canonical id changed; each is said by a PersonResolved.
    """
    changed: list[UUID] = []
    seen: set[UUID] = set()
    for start in ids:
        if start in seen:
            continue
        group = await persons.tied_with(session, start)
        seen |= group
        rows = await persons.lock_many(session, sorted(group))
        canonical = min(rows, key=lambda row: (row.met_at, row.id)).id
        for row in rows:
            if row.canonical_id != canonical:
                await _stand_for(session, row, canonical, rule=rule, now=now)
                changed.append(row.id)
    return changed


async def _stand_for(
    session: AsyncSession,
    person: Person,
    canonical: UUID,
    *,
    rule: Literal["exact", "staff", "undone"],
    now: datetime,
) -> None:
    person.canonical_id, person.updated_at = canonical, now
    await session.flush()
    event = PersonResolved(person_id=person.id, canonical_id=canonical, rule=rule, occurred_at=now)
    event_id = await outbox.publish(session, event)
    await directory.resolve(session, person.id, canonical)
    await story.add_line(
        session,
        event_id=event_id,
        person_id=person.id,
        happened_at=now,
        kind=event.subject,
        facts={"rule": rule},
    )
