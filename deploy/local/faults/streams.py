"""What the bus holds, and what its administrator can do to it."""

import json
from dataclasses import dataclass
from typing import Any

from nats.aio.client import Client
from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from deploy.local.faults.world import World


@dataclass(frozen=True, slots=True)
class Stored:
    """One message of a stream: its place, the event it says, its aggregate and version."""

    seq: int
    event_id: str
    aggregate_id: str
    version: int


class Refusal(Exception):
    """The bus said no to its administrator."""


async def ask(client: Client, subject: str, content: Any = None) -> dict[str, Any]:
    """Ask the JetStream API; raises Refusal with its error."""
    body = json.dumps(content).encode() if content is not None else b""
    answer = await client.request(f"$JS.API.{subject}", body, timeout=10)
    said: dict[str, Any] = json.loads(answer.data)
    if "error" in said:
        raise Refusal(str(said["error"].get("description")))
    return said


async def change_stream(world: World, stream: str, **settings: Any) -> dict[str, Any]:
    """Change settings of a stream; returns those it had."""
    async with world.bus() as client:
        config: dict[str, Any] = (await ask(client, f"STREAM.INFO.{stream}"))["config"]
        await ask(client, f"STREAM.UPDATE.{stream}", {**config, **settings})
    return {name: config.get(name) for name in settings}


async def delete_consumer(world: World, stream: str, durable: str) -> None:
    """Delete a durable."""
    async with world.bus() as client:
        await ask(client, f"CONSUMER.DELETE.{stream}.{durable}")


async def consumers_of(world: World, stream: str) -> list[str]:
    """The durables of a stream (ours have names in two parts)."""
    async with world.bus() as client:
        names = (await ask(client, f"CONSUMER.NAMES.{stream}")).get("consumers") or ()
    return [name for name in names if "--" in name]


async def stored(world: World, stream: str) -> list[Stored]:
    """Every message of a stream, in order, by its headers."""
    async with world.bus() as client:
        return await read_all(client, stream)


async def read_all(client: Client, stream: str) -> list[Stored]:
    """Every message of a stream, in order, by its headers."""
    count = (await ask(client, f"STREAM.INFO.{stream}"))["state"]["messages"]
    found: list[Stored] = []
    if not count:
        return found
    config = ConsumerConfig(
        deliver_policy=DeliverPolicy.ALL, ack_policy=AckPolicy.NONE, headers_only=True
    )
    reading = await client.jetstream().pull_subscribe("", stream=stream, config=config)
    try:
        while len(found) < count:
            for message in await reading.fetch(min(1_000, count - len(found)), timeout=5):
                headers = message.headers or {}
                found.append(
                    Stored(
                        seq=message.metadata.sequence.stream,
                        event_id=headers.get("ce-id", ""),
                        aggregate_id=headers.get("ce-subject", ""),
                        version=int(headers.get("ce-aggregateversion", 0)),
                    )
                )
    except NatsTimeout as error:
        raise Refusal(f"{stream}: {len(found)} messages lus sur {count}") from error
    finally:
        await reading.unsubscribe()
    return found
