"""A letter owed leaves once, whatever the mail server does."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import text

from services.notifications.application.claim_messages import claim_messages
from services.notifications.application.record_delivery import Attempt, record_delivery
from services.notifications.gateways.mail import Delivery, Outcome
from shared.messaging import directory
from tests.services.notifications.world import World


async def _ready(world: World) -> None:
    await world.publish()
    await world.card()
    await world.confirm()


async def _said(world: World) -> list[tuple[str, dict[str, str], dict[str, str]]]:
    async with world.running.resources.sessions() as session:
        rows = await session.execute(
            text("SELECT subject, payload::jsonb, headers FROM journal ORDER BY id")
        )
        return [(subject, payload, headers) for subject, payload, headers in rows]


async def test_a_confirmation_is_sent_and_said(world: World) -> None:
    await world.publish()
    await world.card()
    cause_id = await world.confirm()
    (owed,) = await world.messages()

    await world.send()

    (sent,) = await world.messages()
    assert (sent.state, sent.smtp_code, sent.attempts) == ("sent", 250, 1)
    assert world.mail.recipients == ["camille.durand@exemple.fr"]
    ((subject, payload, headers),) = await _said(world)
    assert subject == "notifications.message.sent.v1"
    assert payload["cause_id"] == str(cause_id)
    assert headers["ce-causationid"] == str(cause_id)
    assert headers["ce-correlationid"] == str(owed.correlation_id)


async def test_a_letter_waits_for_the_card_of_its_reader(world: World) -> None:
    await world.publish()
    await world.confirm()
    await world.send()
    assert await world.states() == [("registration-confirmed", "awaiting_card")]

    await world.card()
    await world.send()

    assert await world.states() == [("registration-confirmed", "sent")]


async def test_a_letter_waits_for_the_evening_it_speaks_of(world: World) -> None:
    await world.card()
    await world.confirm()
    await world.send()
    assert await world.states() == [("registration-confirmed", "awaiting_card")]

    await world.publish()
    await world.send()

    assert await world.states() == [("registration-confirmed", "sent")]


async def test_a_card_that_came_in_the_same_moment_is_found_by_the_sweep(world: World) -> None:
    await world.publish()
    await world.confirm()
    async with world.running.resources.sessions() as session:
        said: dict[str, object] = {"version": 1, "last_name": "D", "first_name": "C"}
        await directory.hear(
            session, "events", world.person_id, {**said, "email": "c.d@exemple.fr"}
        )

    await world.send()

    assert await world.states() == [("registration-confirmed", "sent")]


async def test_the_same_thing_heard_twice_owes_one_letter(world: World) -> None:
    from shared.contracts.events.v1 import RegistrationConfirmed

    await world.publish()
    await world.card()
    heard = world.heard(world.registration(RegistrationConfirmed))

    await world.hear_again(heard)
    await world.send()
    await world.hear_again(heard)
    await world.send()

    assert len(world.mail.kept) == 1


async def test_history_owes_nothing(world: World) -> None:
    from shared.contracts.events.v1 import RegistrationConfirmed

    await world.publish()
    await world.card()
    await world.hear(world.registration(RegistrationConfirmed), live=False)

    assert await world.messages() == []


async def test_a_server_that_was_down_gets_the_letter_once_it_is_back(world: World) -> None:
    await world.mail.stop()
    await _ready(world)
    await world.send()
    (put_off,) = await world.messages()
    assert (put_off.state, put_off.reason) == ("deferred", "unreachable")
    assert put_off.next_at is not None
    assert put_off.next_at - world.clock() <= timedelta(seconds=3)

    await world.mail.start()
    world.clock.advance(seconds=3)
    await world.send()

    assert await world.states() == [("registration-confirmed", "sent")]
    assert len(world.mail.kept) == 1


async def test_not_now_then_yes(world: World) -> None:
    world.mail.replies = ["451 greylisted", "452 later"]
    await _ready(world)
    await world.send()
    (first,) = await world.messages()
    assert (first.state, first.reason, first.smtp_code) == ("deferred", "not-now", 451)

    for seconds in (3, 7):
        world.clock.advance(seconds=seconds)
        await world.send()

    (sent,) = await world.messages()
    assert (sent.state, sent.attempts) == ("sent", 3)
    assert len(world.mail.kept) == 1


async def test_a_refused_letter_is_not_tried_again(world: World) -> None:
    world.mail.replies = ["550 no such user"]
    await _ready(world)
    await world.send()
    world.clock.advance(days=3)
    await world.send()

    (failed,) = await world.messages()
    assert (failed.state, failed.reason, failed.smtp_code) == ("failed", "refused", 550)
    assert world.mail.dialogues == 1
    ((subject, payload, _),) = await _said(world)
    assert (subject, payload["reason"]) == ("notifications.message.failed.v1", "refused")


async def test_a_letter_is_given_up_after_two_days(world: World) -> None:
    world.mail.replies = ["451 later"] * 100
    await _ready(world)
    for _ in range(60):
        await world.send()
        world.clock.advance(hours=1)

    (given_up,) = await world.messages()
    assert (given_up.state, given_up.reason) == ("failed", "given-up")
    assert world.mail.dialogues < 30


async def test_cut_after_the_final_dot_is_sent_again_under_the_same_message_id(
    world: World,
) -> None:
    world.mail.replies = ["drop"]
    await _ready(world)
    await world.send()
    (unknown,) = await world.messages()
    assert (unknown.state, unknown.reason) == ("unknown", "unknown")

    world.clock.advance(seconds=10)
    await world.send()

    assert await world.states() == [("registration-confirmed", "sent")]
    first, second = world.mail.kept
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_sender_that_dies_leaves_an_unknown_that_is_sent_again(world: World) -> None:
    await _ready(world)
    async with world.running.resources.sessions() as session:
        await claim_messages(
            session, now=world.clock(), limit=4, lease=timedelta(seconds=120), domain="test"
        )
    await world.send()
    assert await world.states() == [("registration-confirmed", "sending")]

    world.clock.advance(seconds=121)
    await world.send()
    assert await world.states() == [("registration-confirmed", "unknown")]
    world.clock.advance(seconds=10)
    await world.send()

    assert await world.states() == [("registration-confirmed", "sent")]


async def test_a_late_answer_of_an_earlier_try_changes_nothing(world: World) -> None:
    await _ready(world)
    await world.send()
    (sent,) = await world.messages()

    async with world.running.resources.sessions() as session:
        late = await record_delivery(
            session,
            Attempt(message_id=sent.id, number=1),
            Delivery(outcome=Outcome.REFUSED, code=550),
            now=world.clock(),
        )

    assert late is None
    assert await world.states() == [("registration-confirmed", "sent")]


async def _many(world: World, number: int) -> None:
    await world.publish()
    await world.card()
    for _ in range(number):
        world.registration_id = uuid4()
        await world.confirm()


async def test_two_senders_never_take_the_same_letter(world: World) -> None:
    await _many(world, 12)

    await asyncio.gather(world.send(), world.send(), world.send())

    assert {state for _, state in await world.states()} == {"sent"}
    ids = [message["Message-ID"] for message in world.mail.kept]
    assert len(ids) == len(set(ids)) == 12


async def test_a_few_connections_carry_many_letters(world: World) -> None:
    await _many(world, 12)

    await world.send()

    assert len(world.mail.kept) == 12
    assert world.mail.connections <= 4
