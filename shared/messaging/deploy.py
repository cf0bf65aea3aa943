"""Streams, made by the deployment's own user: services may not."""

import json
from collections.abc import Iterable
from typing import Any

import nats
from nats.aio.client import Client

from shared.messaging.bus import card_stream_of, stream_of

DEDUPE_WINDOW_SECONDS = 600


def stream_configurations(speaker: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two streams of a speaker: what it says, kept for ever, and its person cards."""
    common: dict[str, Any] = {
        "retention": "limits",
        "storage": "file",
        "discard": "new",
        "num_replicas": 1,
        "max_consumers": -1,
        "max_msgs": -1,
        "max_bytes": -1,
        "max_age": 0,
        "duplicate_window": DEDUPE_WINDOW_SECONDS * 1_000_000_000,
        "allow_atomic": True,
        "allow_direct": False,
    }
    events = {**common, "name": stream_of(speaker), "subjects": [f"{speaker}.>"]}
    cards = {
        **common,
        "name": card_stream_of(speaker),
        "subjects": [f"cards.{speaker}.>"],
        "max_msgs_per_subject": 1,
        "discard": "old",
    }
    return events, cards


async def ensure_streams(url: str, speakers: Iterable[str]) -> list[str]:
    """Create the streams that are missing; returns their names. Raises OSError when refused."""
    client = await nats.connect(url, connect_timeout=5, max_reconnect_attempts=5)
    made: list[str] = []
    try:
        names = await _stream_names(client)
        for speaker in speakers:
            for configuration in stream_configurations(speaker):
                name = configuration["name"]
                if name in names:
                    continue
                answer = await client.request(
                    f"$JS.API.STREAM.CREATE.{name}", json.dumps(configuration).encode(), timeout=10
                )
                error = json.loads(answer.data).get("error")
                if error is not None:
                    raise OSError(f"stream {name}: nats error {error.get('err_code')}")
                made.append(name)
    finally:
        await client.close()
    return made


async def _stream_names(client: Client) -> set[str]:
    answer = await client.request("$JS.API.STREAM.NAMES", b"", timeout=10)
    return set(json.loads(answer.data).get("streams") or ())
