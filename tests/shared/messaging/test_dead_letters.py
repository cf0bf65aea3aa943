"""Dead letters: replayed in order once mended, or set aside with a reason; always told."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

from shared.messaging import dead_letters
from shared.messaging.dead_letters import AlreadySettled, By, DeadLetter, Outcome
from shared.messaging.node import Node
from shared.persistence.tables import uuid7
from tests.shared.messaging.conftest import World, cancelled, until

pytestmark = [pytest.mark.postgres, pytest.mark.nats]


async def poisoned(world: World, *aggregates: UUID) -> Node:
    """Three events of each aggregate, of which the first cannot be settled."""
    world.listener.refuse = lambda heard: (
        ValueError("never") if heard.aggregate_id in aggregates else None
    )
    listener = world.listener_node()
    await world.speaker.start()
    await listener.start()
    for aggregate in aggregates:
        await world.say(*(cancelled(aggregate, number) for number in (1, 2, 3)))
    await until(lambda: world.dead(3 * len(aggregates)))
    return listener


def by() -> By:
    """Somebody, now."""
    return By(who=uuid7(), at=datetime.now(UTC))


async def kept(world: World) -> list[DeadLetter]:
    """The open letters, in order."""
    async with world.listener_database.transaction() as session:
        found = await dead_letters.letters(session, state="open")
    return sorted(found, key=lambda letter: (letter.aggregate_id, letter.version))


async def replay(world: World, node: Node, *chosen: DeadLetter) -> Outcome:
    """Replay as the page does."""
    return await dead_letters.replay(world.listener_database, node.reactions, chosen, by())


async def test_a_mended_aggregate_is_replayed_in_order_and_goes_on(world: World) -> None:
    aggregate = uuid7()
    listener = await poisoned(world, aggregate)
    world.listener.refuse = lambda _heard: None
    newest = (await kept(world))[-1]
    assert await replay(world, listener, newest) == Outcome(replayed=3, failed=0)
    await world.say(cancelled(aggregate, 4))
    await until(lambda: world.has_heard(4))
    assert [sequence for _, sequence in await world.heard()] == [1, 2, 3, 4]
    assert await world.column(world.listener_database, "SELECT blocked FROM position") == [False]


async def test_replaying_one_takes_those_before_it_and_leaves_those_after(world: World) -> None:
    aggregate = uuid7()
    listener = await poisoned(world, aggregate)
    world.listener.refuse = lambda _heard: None
    await replay(world, listener, (await kept(world))[1])
    assert [sequence for _, sequence in await world.heard()] == [1, 2]
    assert await world.column(world.listener_database, "SELECT blocked FROM position") == [True]
    await world.say(cancelled(aggregate, 4))
    await until(lambda: world.dead(4))


async def test_a_replay_that_fails_again_changes_nothing_but_the_audit(world: World) -> None:
    good, bad = uuid7(), uuid7()
    listener = await poisoned(world, good, bad)
    world.listener.refuse = lambda heard: KeyError("x") if heard.aggregate_id == bad else None
    outcome = await replay(world, listener, *await kept(world))
    assert outcome == Outcome(replayed=3, failed=1)
    left = await kept(world)
    assert [(letter.aggregate_id, letter.version) for letter in left] == [
        (bad, 1),
        (bad, 2),
        (bad, 3),
    ]
    assert left[0].error == "KeyError"
    actions = await world.column(
        world.listener_database, "SELECT action FROM dead_letter_audit ORDER BY id"
    )
    assert sorted(str(action) for action in actions) == ["replay failed", *["replayed"] * 3]


async def test_what_is_discarded_is_skipped_with_its_reason_and_never_twice(world: World) -> None:
    aggregate = uuid7()
    listener = await poisoned(world, aggregate)
    world.listener.refuse = lambda _heard: None
    first, *_ = await kept(world)
    async with world.listener_database.transaction() as session:
        await dead_letters.discard(session, [first], "essai", by())
    with pytest.raises(AlreadySettled):
        async with world.listener_database.transaction() as session:
            await dead_letters.discard(session, [first], "essai", by())
    await replay(world, listener, *await kept(world))
    assert [sequence for _, sequence in await world.heard()] == [2, 3]
    assert await world.column(world.listener_database, "SELECT blocked FROM position") == [False]


async def test_the_audit_cannot_be_rewritten(world: World) -> None:
    aggregate = uuid7()
    await poisoned(world, aggregate)
    async with world.listener_database.transaction() as session:
        await dead_letters.discard(session, (await kept(world))[:1], "essai", by())
    connection = await asyncpg.connect(world.heard_url)
    try:
        for statement in (
            "UPDATE dead_letter_audit SET who = NULL",
            "DELETE FROM dead_letter_audit",
        ):
            with pytest.raises(asyncpg.RaiseError):
                await connection.execute(statement)
    finally:
        await connection.close()
