"""The relay against bare publishing: one by one, by batches, and its delay under a steady flow."""

import asyncio
import time
from collections.abc import Awaitable
from uuid import UUID, uuid4

import asyncpg

from deploy.local.bench.messaging.measures import Figure, percentile, ratio
from deploy.local.bench.messaging.world import SPEAKER, World, event, write
from shared.messaging.alarms import Alarms
from shared.messaging.bus import Bus, Outgoing, stream_of
from shared.messaging.draining import BATCH, Drain, outgoing
from shared.messaging.relay import Relay
from shared.persistence.tables import uuid7

ROWS = 10_000
SINGLES = 4_000
IN_FLIGHT = 1_000
ROUNDS = 3
PER_SECOND = 500
SECONDS = 6


async def measure_relay(world: World) -> list[Figure]:
    """Three interleaved rounds of singles, batches and relay; then a steady flow."""
    alarms = Alarms()
    bus = Bus(SPEAKER, world.nats, alarms)
    await bus.connect()
    reading, marking = await asyncpg.connect(world.said), await asyncpg.connect(world.said)
    drain = Drain(bus, alarms, reading, marking)
    try:
        singles, batches = [], []
        for _ in range(ROUNDS):
            await _fill(reading, bus)
            messages = await _messages(reading)
            alone = await _rate(SINGLES, _singles(bus, messages[:SINGLES]))
            await bus.js.purge_stream(stream_of(SPEAKER))
            batched = await _rate(ROWS, _batches(bus, messages))
            await bus.js.purge_stream(stream_of(SPEAKER))
            drained = await _rate(ROWS, _drained(drain))
            singles.append((drained, alone))
            batches.append((drained, batched))
        await drain.marked()
        age = await _age(world, Relay(bus, world.said, alarms, None), bus)
    finally:
        await reading.close()
        await marking.close()
        await bus.close()
    return [
        ratio("relay_vs_singles", "lignes/s", singles, "publications une à une", 2.5),
        ratio("relay_vs_batches", "lignes/s", batches, "lots de 200", 0.7),
        Figure(name="relay_age_p99_ms", value=age, unit="ms", bar=25, at_most=True),
    ]


async def _rate(number: int, work: Awaitable[object]) -> float:
    begun = time.perf_counter()
    await work
    return number / (time.perf_counter() - begun)


async def _fill(connection: asyncpg.Connection, bus: Bus) -> None:
    await bus.js.purge_stream(stream_of(SPEAKER))
    await connection.execute("TRUNCATE journal, aggregate_sequence")
    for _ in range(ROWS // 1_000):
        await write(connection, *(event(uuid7()) for _ in range(1_000)))
    await connection.execute("VACUUM ANALYZE journal")


async def _messages(connection: asyncpg.Connection) -> list[Outgoing]:
    """The very messages of the relay, under other ids: the stream must not know them."""
    rows = await connection.fetch("SELECT * FROM journal ORDER BY id")
    return [outgoing(row, f"-{uuid4().hex[:8]}") for row in rows]


async def _singles(bus: Bus, messages: list[Outgoing]) -> None:
    """As nats-py itself pipelines them."""
    js = bus.client.jetstream(timeout=20, publish_async_max_pending=IN_FLIGHT)
    for message in messages:
        headers = {**message.headers, "Nats-Msg-Id": uuid4().hex}
        await js.publish_async(message.subject, message.payload, wait_stall=20, headers=headers)
    await js.publish_async_completed()


async def _batches(bus: Bus, messages: list[Outgoing]) -> None:
    for start in range(0, len(messages), BATCH):
        await bus.publish(messages[start : start + BATCH], stream_of(SPEAKER))


async def _drained(drain: Drain) -> None:
    await drain.run()
    await drain.marked()


async def _age(world: World, relay: Relay, bus: Bus) -> float:
    """Milliseconds from commit to storage, 99th percentile, at a steady rate."""
    await bus.js.purge_stream(stream_of(SPEAKER))
    writers = [await asyncpg.connect(world.said) for _ in range(4)]
    await writers[0].execute("TRUNCATE journal, aggregate_sequence")
    committed: dict[str, float] = {}
    running = asyncio.create_task(relay.run())
    stored = asyncio.create_task(_stored(bus, PER_SECOND * SECONDS))
    loop = asyncio.get_running_loop()
    begun = loop.time()

    async def flow(writer: asyncpg.Connection, first: int) -> None:
        for number in range(first, PER_SECOND * SECONDS, len(writers)):
            await asyncio.sleep(max(0.0, begun + number / PER_SECOND - loop.time()))
            key = uuid7()
            await write(writer, event(key))
            committed[str(key)] = time.time()
            relay.wake()

    await asyncio.gather(*(flow(writer, place) for place, writer in enumerate(writers)))
    moments = await stored
    relay.stop()
    await running
    for writer in writers:
        await writer.close()
    ages = [max(0.0, moments[key] - moment) * 1_000 for key, moment in committed.items()]
    return percentile(ages, 0.99)


async def _stored(bus: Bus, number: int) -> dict[str, float]:
    """When the server stored each event, by aggregate."""
    subscription = await bus.js.subscribe(
        f"{SPEAKER}.>", stream=stream_of(SPEAKER), ordered_consumer=True
    )
    moments: dict[str, float] = {}
    while len(moments) < number:
        message = await subscription.next_msg(timeout=10)
        key = (message.headers or {})["ce-subject"]
        moments[str(UUID(key))] = message.metadata.timestamp.timestamp()
    await subscription.unsubscribe()
    return moments
