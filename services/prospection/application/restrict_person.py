"""Limit, or free again, the processing of a person's data (RGPD art. 18)."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.refusals import PersonUnknown
from services.prospection.persistence import persons, story
from shared.contracts.prospection.v1 import PersonRestricted, PersonUnrestricted
from shared.messaging import outbox


async def restrict_person(
    session: AsyncSession, person_id: UUID, *, limited: bool, now: datetime
) -> UUID:
    """Limit (or free) every id of this person and say it once per id; returns the canonical id.

    A second time changes nothing. Raises PersonUnknown. Source: RGPD, art. 18 and 19.
    """
    canonical = await persons.canonical_of(session, person_id)
    if canonical is None:
        raise PersonUnknown
    said = PersonRestricted if limited else PersonUnrestricted
    for person in await persons.lock_many(session, await persons.all_ids(session, canonical)):
        if (person.restricted_at is not None) == limited:
            continue
        person.restricted_at = now if limited else None
        await session.flush()
        event = said(person_id=person.id, occurred_at=now)
        event_id = await outbox.publish(session, event)
        await story.add_line(
            session,
            event_id=event_id,
            person_id=person.id,
            happened_at=now,
            kind=event.subject,
            facts={},
        )
    return canonical
