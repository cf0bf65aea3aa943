"""Every NATS user is refused what belongs to the others: generated from what services declare."""

import asyncio
import importlib
from itertools import product

import nats as client
import pytest

from deploy.local.nats import Nats
from deploy.local.services import SERVICES
from shared.messaging.bus import card_stream_of, stream_of
from shared.messaging.directory import CardReader
from shared.messaging.reader import Reader
from shared.runtime.accounts import with_account_cards, with_accounts

pytestmark = [pytest.mark.nats]


def listens(service: str) -> tuple[tuple[Reader, ...], tuple[CardReader, ...]]:
    """What a service reads."""
    declared = importlib.import_module(f"services.{service}.main").service
    return with_accounts(declared.readers), with_account_cards(service, declared.card_readers)


def belongings(service: str) -> tuple[list[str], list[str]]:
    """What the user of `service` alone may publish to, and what it alone may listen to."""
    readers, cards = listens(service)
    durables = [(stream_of(r.speaker), f"{service}--{r.name}", r.filter) for r in readers]
    durables += [
        (card_stream_of(r.speaker), f"{service}--cards-{r.speaker}", f"cards.{r.speaker}.>")
        for r in cards
    ]
    says = [
        f"{service}.thing.happened.v1",
        f"cards.{service}.01890000-0000-7000-8000-000000000000",
        f"wake.{service}",
        f"$JS.API.STREAM.MSG.DELETE.{card_stream_of(service)}",
        f"$JS.API.STREAM.MSG.GET.{card_stream_of(service)}",
    ]
    for stream, durable, subject in durables:
        says += [
            f"$JS.API.CONSUMER.CREATE.{stream}.{durable}.{subject}",
            f"$JS.API.CONSUMER.INFO.{stream}.{durable}",
            f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}",
            f"$JS.ACK.{stream}.{durable}.1.1.1.1.1",
        ]
    hears = [f"_INBOX_{service}.>", f"wake.{service}", f"republish.{service}"]
    return says, hears


EVERYBODY = [
    "$JS.API.STREAM.CREATE.EVENTS",
    "$JS.API.STREAM.UPDATE.EVENTS",
    "$JS.API.STREAM.DELETE.EVENTS",
    "$JS.API.STREAM.PURGE.EVENTS",
    "$JS.API.STREAM.MSG.DELETE.EVENTS",
    "$JS.API.CONSUMER.DELETE.EVENTS.notifications--events-event",
    "$JS.API.CONSUMER.DURABLE.CREATE.EVENTS.anything",
    "$JS.API.STREAM.SNAPSHOT.EVENTS",
]


async def refusals(server: Nats, user: str, says: list[str], hears: list[str]) -> int:
    """How many of these operations the server refuses to this user."""
    refused: list[str] = []

    async def note(error: Exception) -> None:
        refused.append(str(error))

    connection = await client.connect(server.url(user), error_cb=note)
    try:
        for subject in says:
            await connection.publish(subject, b"")
        for subject in hears:
            await connection.subscribe(subject)
        await connection.flush(5)
        for _ in range(100):
            if len(refused) >= len(says) + len(hears):
                break
            await asyncio.sleep(0.01)
    finally:
        await connection.close()
    return sum("permissions violation" in error.lower() for error in refused)


@pytest.mark.parametrize(
    ("user", "other"), [(a, b) for a, b in product(SERVICES, SERVICES) if a != b]
)
async def test_a_user_is_refused_what_belongs_to_another(nats: Nats, user: str, other: str) -> None:
    says, hears = belongings(other)
    assert await refusals(nats, user, says, hears) == len(says) + len(hears)


@pytest.mark.parametrize("user", SERVICES)
async def test_nobody_may_touch_a_stream_itself(nats: Nats, user: str) -> None:
    assert await refusals(nats, user, EVERYBODY, [">"]) == len(EVERYBODY) + 1


@pytest.mark.parametrize("user", SERVICES)
async def test_everybody_may_do_what_is_theirs(nats: Nats, user: str) -> None:
    says, hears = belongings(user)
    assert await refusals(nats, user, says, hears) == 0
