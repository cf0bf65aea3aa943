"""Whatever people do, in whatever order: the counter is true, nobody waits beside a free seat."""

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.events.application.cancel_registration import cancel_registration
from services.events.application.change_event import ChangeEvent, change_event
from services.events.application.register_person import register_person
from services.events.domain.registration import CancelledBy
from shared.contracts.refusal import Refused
from shared.persistence.sessions import Database
from tests.services.events.conftest import NOON
from tests.services.events.makers import a_plan, a_published_event, a_registration, seats_of

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(240)]

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("register"), st.integers(0, 7)),
        st.tuples(st.just("cancel"), st.integers(0, 7)),
        st.tuples(st.just("resize"), st.integers(1, 5)),
    ),
    min_size=3,
    max_size=14,
)


@dataclass
class Model:
    """The same evening, told in ten lines of Python."""

    capacity: int
    seated: set[int] = field(default_factory=set)
    queue: list[int] = field(default_factory=list)

    def register(self, who: int) -> None:
        if who in self.seated or who in self.queue:
            return
        if len(self.seated) < self.capacity:
            self.seated.add(who)
        else:
            self.queue.append(who)

    def cancel(self, who: int) -> None:
        self.seated.discard(who)
        self.queue = [other for other in self.queue if other != who]
        self._promote()

    def resize(self, capacity: int) -> None:
        if capacity >= len(self.seated):
            self.capacity = capacity
            self._promote()

    def _promote(self) -> None:
        while self.queue and len(self.seated) < self.capacity:
            self.seated.add(self.queue.pop(0))


async def do(database: Database, event_id: UUID, step: tuple[str, int]) -> None:
    """One step, as the edge does it."""
    verb, number = step
    try:
        async with database.transaction() as session:
            if verb == "register":
                await register_person(session, a_registration(event_id, number), now=NOON)
            elif verb == "resize":
                version = await session.scalar(
                    text("SELECT version FROM event WHERE id = :id"), {"id": event_id}
                )
                plan = a_plan(capacity=number)
                change = ChangeEvent(event_id=event_id, version=int(version or 0), plan=plan)
                await change_event(session, change, now=NOON)
            else:
                await _cancel(session, event_id, number)
    except Refused:
        pass


async def _cancel(session: Any, event_id: UUID, number: int) -> None:
    found = await session.scalar(
        text(
            "SELECT id FROM registration WHERE event_id = :id AND status <> 'cancelled' "
            "AND email_key = :email"
        ),
        {"id": event_id, "email": f"camille.{number}@etudiant.test"},
    )
    if found:
        await cancel_registration(session, found, by=CancelledBy.PERSON, now=NOON)


async def people(database: Database, event_id: UUID, status: str) -> list[int]:
    """Who is seated, or waits, in the order of the queue."""
    async with database.transaction() as session:
        rows = await session.execute(
            text(
                "SELECT email_key FROM registration WHERE event_id = :id AND status = :status "
                "ORDER BY position, email_key"
            ),
            {"id": event_id, "status": status},
        )
        return [int(row.email_key.split("@")[0].split(".")[1]) for row in rows]


async def check_counter(database: Database, event_id: UUID) -> None:
    """The counter says what the registrations say, and no seat is empty while people wait."""
    async with database.transaction() as session:
        seats = await seats_of(session, event_id)
    assert seats["confirmed"] == seats["really_confirmed"] <= seats["capacity"]
    assert seats["waitlisted"] == seats["really_waitlisted"]
    assert seats["waitlisted"] == 0 or seats["confirmed"] == seats["capacity"]


async def test_one_after_the_other_the_evening_is_what_the_model_says(database: Database) -> None:
    loop = asyncio.get_running_loop()

    async def story(capacity: int, steps: list[tuple[str, int]]) -> None:
        async with database.transaction() as session:
            event_id = await a_published_event(session, NOON, capacity=capacity)
        model = Model(capacity)
        for step in steps:
            await do(database, event_id, step)
            getattr(model, step[0])(step[1])
        await check_counter(database, event_id)
        assert set(await people(database, event_id, "confirmed")) == model.seated
        assert await people(database, event_id, "waitlisted") == model.queue

    await asyncio.to_thread(_explore, loop, story, 20)


async def test_all_at_once_the_counter_stays_true(database: Database) -> None:
    loop = asyncio.get_running_loop()

    async def story(capacity: int, steps: list[tuple[str, int]]) -> None:
        async with database.transaction() as session:
            event_id = await a_published_event(session, NOON, capacity=capacity)
        await asyncio.gather(*(do(database, event_id, step) for step in steps))
        await check_counter(database, event_id)

    await asyncio.to_thread(_explore, loop, story, 20)


def _explore(loop: asyncio.AbstractEventLoop, story: Any, examples: int) -> None:
    """Let Hypothesis, which is synchronous, tell stories to the loop of the database's pool."""

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(capacity=st.integers(1, 4), steps=STEPS)
    def told(capacity: int, steps: list[tuple[str, int]]) -> None:
        coroutine: Coroutine[Any, Any, None] = story(capacity, steps)
        asyncio.run_coroutine_threadsafe(coroutine, loop).result(120)

    told()


async def test_the_answer_stored_is_the_answer_given(database: Database) -> None:
    async with database.transaction() as session:
        event_id = await a_published_event(session, NOON)
        answer = await register_person(session, a_registration(event_id), now=NOON)
        stored = await session.scalar(text("SELECT response_body FROM idempotency_key"))
    assert stored == answer.body
    assert set(json.loads(answer.body)) == {"id", "status"}
