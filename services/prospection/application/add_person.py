"""Staff write down somebody they met, without a file."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.application.meet_person import meet_person
from services.prospection.domain.likeness import Likeness, Traits
from services.prospection.domain.mission import Mission, MissionKind
from services.prospection.domain.person import Channel, Person, key_of
from services.prospection.domain.refusals import EmailTaken, MissionUnknown
from services.prospection.persistence import doubts, locks, persons
from shared.persistence.folding import fold
from shared.persistence.tables import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPerson:
    """What was written down; the telephone in E.164."""

    last_name: str
    first_name: str
    email: str | None = None
    phone: str | None = None
    role: str = "contact"
    mission_id: UUID | None = None
    id: UUID | None = None


async def add_person(session: AsyncSession, command: AddPerson, *, now: datetime) -> Person:
    """Keep a new person; whoever resembles somebody known is put in doubt.

    Raises EmailTaken when exactly this person is already known, MissionUnknown.
    """
    traits = Traits(
        last_key=fold(command.last_name),
        first_key=fold(command.first_name),
        email_key=key_of(command.email),
        phone=command.phone,
    )
    await locks.deciding_on(session, traits)
    new_id = command.id or uuid7()
    alike = await persons.look_alikes(session, new_id, traits)
    if any(one.likeness in {Likeness.EXACT, Likeness.RESTRICTED} for one in alike):
        raise EmailTaken(field="email")
    person = Person.met(
        id=new_id,
        last_name=command.last_name,
        first_name=command.first_name,
        email=command.email,
        phone=command.phone,
        source="prospection",
        channel=(await _channel(session, command.mission_id)).value,
        mission_id=command.mission_id,
        now=now,
    )
    await meet_person(session, person, role=command.role, now=now)
    for one in alike:
        await doubts.raise_doubt(session, person.id, one.id, reason=one.likeness, now=now)
    return person


async def _channel(session: AsyncSession, mission_id: UUID | None) -> Channel:
    if mission_id is None:
        return Channel.MANUAL
    mission = await session.get(Mission, mission_id)
    if mission is None:
        raise MissionUnknown
    return MissionKind(mission.kind).channel
