"""Seats: never oversold, never undersold, in order, whoever is quicker."""

import asyncio
import json
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.application.cancel_event import cancel_event
from services.events.application.cancel_registration import cancel_registration
from services.events.application.change_event import ChangeEvent, change_event
from services.events.application.register_person import RegisterPerson, register_person
from services.events.domain.refusals import (
    CapacityTooLow,
    EventFull,
    EventNotFound,
    EventOver,
    KeyReused,
    RegistrationsClosed,
)
from services.events.domain.registration import CancelledBy
from shared.contracts.refusal import Refused
from shared.persistence.sessions import Database
from tests.services.events.conftest import NOON
from tests.services.events.makers import (
    STARTS,
    a_plan,
    a_published_event,
    a_registration,
    said,
    seats_of,
)

pytestmark = pytest.mark.postgres


async def register(database: Database, wish: RegisterPerson) -> str:
    """Register as the edge does: one transaction, rolled back on a refusal."""
    try:
        async with database.transaction() as session:
            answer = await register_person(session, wish, now=NOON)
    except Refused as refused:
        return type(refused).__name__
    return (
        type(answer.refused).__name__ if answer.refused else str(json.loads(answer.body)["status"])
    )


async def an_event(database: Database, **different: object) -> UUID:
    async with database.transaction() as session:
        return await a_published_event(session, NOON, **different)


async def test_the_last_seats_are_never_oversold_nor_undersold(database: Database) -> None:
    event_id = await an_event(database, capacity=20, waiting_list=False)
    gate = asyncio.Semaphore(64)

    async def attempt(number: int) -> str:
        async with gate:
            return await register(database, a_registration(event_id, number))

    outcomes = Counter(await asyncio.gather(*(attempt(number) for number in range(200))))

    assert outcomes == {"confirmed": 20, "EventFull": 180}
    async with database.transaction() as session:
        seats = await seats_of(session, event_id)
        assert (seats["confirmed"], seats["really_confirmed"]) == (20, 20)
        assert len(await said(session, "registration.confirmed.v1")) == 20


async def test_the_queue_is_served_in_its_order_while_people_come_and_go(
    database: Database,
) -> None:
    event_id = await an_event(database, capacity=5)
    await asyncio.gather(
        *(register(database, a_registration(event_id, number)) for number in range(40))
    )
    async with database.transaction() as session:
        rows = await session.execute(
            text("SELECT id FROM registration WHERE status = 'waitlisted' ORDER BY position")
        )
        queue = [row.id for row in rows]
        seated = (
            await session.execute(text("SELECT id FROM registration WHERE status = 'confirmed'"))
        ).scalars()
        leaving = [*seated]

    async def leave(registration_id: UUID) -> None:
        async with database.transaction() as session:
            await cancel_registration(session, registration_id, by=CancelledBy.PERSON, now=NOON)

    newcomers = (register(database, a_registration(event_id, 100 + n)) for n in range(10))
    await asyncio.gather(*(leave(one) for one in leaving), *newcomers)

    async with database.transaction() as session:
        rows = await session.execute(text("SELECT id FROM registration WHERE status = 'confirmed'"))
        assert {row.id for row in rows} == set(queue[:5])
        seats = await seats_of(session, event_id)
        assert (seats["confirmed"], seats["really_confirmed"]) == (5, 5)
        assert (seats["waitlisted"], seats["really_waitlisted"]) == (40, 40)


async def test_the_same_key_pressed_twice_at_once_gives_one_seat_and_one_answer(
    database: Database,
) -> None:
    event_id = await an_event(database)
    wish = a_registration(event_id, key="double-clic")

    async def once() -> str:
        async with database.transaction() as session:
            return (await register_person(session, wish, now=NOON)).body

    bodies = await asyncio.gather(*(once() for _ in range(8)))

    assert len(set(bodies)) == 1
    async with database.transaction() as session:
        assert (await seats_of(session, event_id))["confirmed"] == 1
        assert await said(session, "link-requested.v1") == []


async def test_the_same_key_with_another_body_is_refused(session: AsyncSession) -> None:
    event_id = await a_published_event(session, NOON)
    await register_person(session, a_registration(event_id, key="k"), now=NOON)

    with pytest.raises(KeyReused):
        await register_person(session, a_registration(event_id, 2, key="k"), now=NOON)


async def test_the_same_email_gets_a_neutral_answer_its_link_and_no_second_seat(
    session: AsyncSession,
) -> None:
    event_id = await a_published_event(session, NOON)
    first = await register_person(session, a_registration(event_id), now=NOON)

    again = a_registration(event_id, email="CAMILLE.1@Etudiant.TEST", first_name="Dominique")
    assert (await register_person(session, again, now=NOON)).body == first.body
    assert (await seats_of(session, event_id))["confirmed"] == 1
    assert await said(session) == [
        "events.event.published.v1",
        "events.registration.confirmed.v1",
        "events.registration.link-requested.v1",
    ]


async def test_a_known_email_reads_what_a_stranger_would_read(session: AsyncSession) -> None:
    queue = await a_published_event(session, NOON, capacity=1)
    full = await a_published_event(session, NOON, capacity=1, waiting_list=False)
    for event_id in (queue, full):
        await register_person(session, a_registration(event_id), now=NOON)

    waiting = await register_person(session, a_registration(queue), now=NOON)
    refused = await register_person(session, a_registration(full), now=NOON)

    assert json.loads(waiting.body)["status"] == "waitlisted"
    assert isinstance(refused.refused, EventFull)
    assert len(await said(session, "link-requested.v1")) == 2


async def test_one_email_seen_at_once_under_two_names_takes_one_seat(database: Database) -> None:
    event_id = await an_event(database)
    wishes = [
        a_registration(event_id, first_name=name) for name in ("Ana", "Bob", "Cléo", "Dan", "Eve")
    ]
    outcomes = await asyncio.gather(*(register(database, wish) for wish in wishes))

    assert set(outcomes) == {"confirmed"}
    async with database.transaction() as session:
        assert (await seats_of(session, event_id))["really_confirmed"] == 1


async def test_a_seat_given_back_goes_to_the_first_who_waits(session: AsyncSession) -> None:
    event_id = await a_published_event(session, NOON, capacity=1)
    bodies = [
        (await register_person(session, a_registration(event_id, number), now=NOON)).body
        for number in range(3)
    ]
    ids = [UUID(json.loads(body)["id"]) for body in bodies]

    assert await cancel_registration(session, ids[0], by=CancelledBy.PERSON, now=NOON)
    assert not await cancel_registration(session, ids[0], by=CancelledBy.PERSON, now=NOON)

    statuses = await session.execute(text("SELECT id, status FROM registration"))
    assert {row.id: row.status for row in statuses} == {
        ids[0]: "cancelled",
        ids[1]: "confirmed",
        ids[2]: "waitlisted",
    }
    assert (await said(session))[-2:] == [
        "events.registration.cancelled.v1",
        "events.registration.confirmed.v1",
    ]


async def test_who_gave_the_seat_back_may_register_again(session: AsyncSession) -> None:
    event_id = await a_published_event(session, NOON)
    first = json.loads((await register_person(session, a_registration(event_id), now=NOON)).body)
    await cancel_registration(session, UUID(first["id"]), by=CancelledBy.PERSON, now=NOON)

    again = json.loads((await register_person(session, a_registration(event_id), now=NOON)).body)

    assert again["status"] == "confirmed"
    assert again["id"] != first["id"]
    people = await session.execute(text("SELECT count(*) FROM participant"))
    assert people.scalar_one() == 1


async def test_more_seats_go_to_those_who_wait_and_fewer_than_seated_is_refused(
    session: AsyncSession,
) -> None:
    event_id = await a_published_event(session, NOON, capacity=1)
    for number in range(4):
        await register_person(session, a_registration(event_id, number), now=NOON)

    command = ChangeEvent(event_id=event_id, version=2, plan=a_plan(capacity=3))
    await change_event(session, command, now=NOON)

    seats = await seats_of(session, event_id)
    assert (seats["confirmed"], seats["waitlisted"]) == (3, 1)
    with pytest.raises(CapacityTooLow):
        lower = ChangeEvent(event_id=event_id, version=3, plan=a_plan(capacity=2))
        await change_event(session, lower, now=NOON)


async def test_a_cancelled_past_or_unknown_evening_takes_nobody(database: Database) -> None:
    cancelled = await an_event(database)
    async with database.transaction() as session:
        await cancel_event(session, cancelled, now=NOON)
    past = await an_event(database)

    with pytest.raises(RegistrationsClosed):
        async with database.transaction() as session:
            await register_person(session, a_registration(cancelled), now=NOON)
    with pytest.raises(EventOver):
        async with database.transaction() as session:
            late = STARTS + timedelta(seconds=1)
            await register_person(session, a_registration(past), now=late)
    with pytest.raises(EventNotFound):
        async with database.transaction() as session:
            await register_person(session, a_registration(UUID(int=1)), now=NOON)
    async with database.transaction() as session:
        assert (await session.execute(text("SELECT count(*) FROM participant"))).scalar_one() == 0


async def test_a_refused_request_may_be_sent_again_with_its_key(database: Database) -> None:
    event_id = await an_event(database, capacity=1, waiting_list=False)
    async with database.transaction() as session:
        first = json.loads(
            (await register_person(session, a_registration(event_id), now=NOON)).body
        )
    wish = a_registration(event_id, 2, key="k")
    assert await register(database, wish) == "EventFull"
    async with database.transaction() as session:
        await cancel_registration(session, UUID(first["id"]), by=CancelledBy.STAFF, now=NOON)

    assert await register(database, wish) == "confirmed"
