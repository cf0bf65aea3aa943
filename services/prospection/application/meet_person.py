"""Keep a person nobody knew under this id, and say that they were met."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.person import Channel, Person
from services.prospection.persistence import story
from shared.contracts.prospection.v1 import PersonMet
from shared.messaging import cards, outbox

PARIS = ZoneInfo("Europe/Paris")


def today(now: datetime) -> date:
    """The civil day in the territory."""
    return now.astimezone(PARIS).date()


async def meet_person(session: AsyncSession, person: Person, *, role: str, now: datetime) -> UUID:
    """Add the row, mark the card, open the role, say PersonMet; returns the id of what was said."""
    session.add(person)
    person.card_version = await cards.mark(session, person.id)
    await session.flush()
    event = PersonMet(
        person_id=person.id,
        card_version=person.card_version,
        channel=Channel(person.channel).value,
        mission_id=person.mission_id,
        role=role,
        met_on=today(now),
        occurred_at=now,
    )
    event_id = await outbox.publish(session, event)
    await story.add_line(
        session,
        event_id=event_id,
        person_id=person.id,
        happened_at=now,
        kind=event.subject,
        facts={"channel": person.channel, "mission_id": person.mission_id, "role": role},
    )
    if role != "contact":
        await story.open_role(
            session,
            {
                "person_id": person.id,
                "role": role,
                "starts_on": today(now),
                "proof": "première rencontre",
            },
        )
    return event_id
