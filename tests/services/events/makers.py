"""Evenings and people, valid by default: a test writes only what matters to it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.application.plan_event import plan_event
from services.events.application.publish_event import publish_event
from services.events.application.register_person import RegisterPerson
from services.events.domain.answers import read_answers
from services.events.domain.plan import EventPlan

STARTS = datetime(2027, 5, 20, 17, tzinfo=UTC)


def a_plan(**different: Any) -> EventPlan:
    """A soirée d'accueil at Vendôme on 20 May 2027 at 19:00 in Paris."""
    usual: dict[str, Any] = {
        "kind": "soiree_accueil",
        "title": "Soirée d’accueil du Vendômois",
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=3),
        "place": "Salle des fêtes",
        "commune": "41269",
        "capacity": 60,
        "waiting_list": True,
    }
    return EventPlan(**(usual | different))


async def a_published_event(session: AsyncSession, now: datetime, **different: Any) -> UUID:
    """An evening open to registrations."""
    event_id = await plan_event(session, a_plan(**different), now=now)
    await publish_event(session, event_id, now=now)
    return event_id


def answers(number: int = 1, **different: str) -> dict[str, str]:
    """What an invented person types."""
    letters = "".join(chr(ord("a") + int(digit)) for digit in str(number))
    usual = {
        "first_name": "Camille",
        "last_name": f"Aubertin {letters}",
        "email": f"camille.{number}@etudiant.test",
        "phone": "",
        "profile": "interne",
    }
    return usual | different


def a_registration(
    event_id: UUID, number: int = 1, *, key: str | None = None, **different: str
) -> RegisterPerson:
    """The wish of person `number` to come, under a key of its own."""
    return RegisterPerson(
        event_id=event_id,
        key=key or str(uuid4()),
        answers=read_answers(answers(number, **different), consent=False),
        notice_version=1,
    )


async def seats_of(session: AsyncSession, event_id: UUID) -> Mapping[str, Any]:
    """The counter of an event, and what its registrations really are."""
    row = await session.execute(
        text("""
        SELECT s.capacity, s.confirmed, s.waitlisted,
            count(r.id) FILTER (WHERE r.status = 'confirmed') AS really_confirmed,
            count(r.id) FILTER (WHERE r.status = 'waitlisted') AS really_waitlisted
        FROM event_seats s LEFT JOIN registration r USING (event_id)
        WHERE s.event_id = :id GROUP BY s.event_id
        """),
        {"id": event_id},
    )
    return dict(row.mappings().one())


async def said(session: AsyncSession, ending: str = "") -> list[str]:
    """The subjects in the journal, in their order, that end with `ending`."""
    rows = await session.execute(text("SELECT subject FROM journal ORDER BY id"))
    return [row.subject for row in rows if row.subject.endswith(ending)]
