"""Staff correct the name or the contact details of a person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.likeness import Likeness, Traits
from services.prospection.domain.person import Person, key_of
from services.prospection.domain.refusals import EmailTaken, PersonIsRestricted, PersonUnknown
from services.prospection.persistence import doubts, locks, persons
from shared.messaging import cards
from shared.persistence.folding import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePerson:
    """The whole new state of what may be corrected."""

    person_id: UUID
    last_name: str
    first_name: str
    email: str | None
    phone: str | None


async def change_person(session: AsyncSession, command: ChangePerson, *, now: datetime) -> Person:
    """Correct the main file of this person and say their new card.

    Raises PersonUnknown, PersonIsRestricted, or EmailTaken when the correction makes somebody
    already known; whoever merely resembles is put in doubt.
    """
    traits = Traits(
        last_key=fold(command.last_name),
        first_key=fold(command.first_name),
        email_key=key_of(command.email),
        phone=command.phone,
    )
    await locks.deciding_on(session, traits)
    canonical = await persons.canonical_of(session, command.person_id)
    person = await persons.get_for_update(session, canonical) if canonical else None
    if person is None or person.erased_at is not None:
        raise PersonUnknown
    if await persons.restricted(session, person.id):
        raise PersonIsRestricted
    alike = [
        one
        for one in await persons.look_alikes(session, person.id, traits)
        if one.canonical_id != person.id
    ]
    if any(one.likeness in {Likeness.EXACT, Likeness.RESTRICTED} for one in alike):
        raise EmailTaken(field="email")
    person.rename(last_name=command.last_name, first_name=command.first_name, now=now)
    person.reach_at(email=command.email, phone=command.phone, now=now)
    person.card_version = await cards.mark(session, person.id)
    await session.flush()
    for one in alike:
        await doubts.raise_doubt(session, person.id, one.id, reason=one.likeness, now=now)
    return person
