"""From a NATS message to an envelope: CloudEvents 1.0 attributes in headers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nats.aio.msg import Msg

from shared.contracts.base import Origin
from shared.messaging.reader import Envelope

_BIGGEST = 2**63
"""Versions are `bigint` columns."""


class Unreadable(Exception):
    """The message is not one of ours: an attribute is missing or malformed."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A message as received, its envelope read and its content still closed."""

    envelope: Envelope
    headers: Mapping[str, str]
    payload: bytes


def open_envelope(message: Msg, live_since: datetime) -> Raw:
    """Read the attributes of `message`; raises Unreadable."""
    headers = dict(message.headers or {})
    return Raw(envelope_of(headers, live_since), headers, message.data)


def envelope_of(headers: Mapping[str, str], live_since: datetime) -> Envelope:
    """The envelope these headers describe; raises Unreadable."""
    try:
        subject = headers["ce-type"]
        speaker, aggregate = subject.split(".")[:2]
        time = datetime.fromisoformat(headers["ce-time"])
        origin = Origin(headers.get("ce-origin", "live"))
        return Envelope(
            event_id=UUID(headers["ce-id"]),
            type=subject,
            speaker=speaker,
            aggregate=aggregate,
            aggregate_id=UUID(headers["ce-subject"]),
            version=_version(headers["ce-aggregateversion"]),
            time=time,
            correlation_id=UUID(headers["ce-correlationid"]),
            causation_id=UUID(headers["ce-causationid"]),
            action=headers.get("ce-action", ""),
            origin=origin,
            live=origin is Origin.LIVE and time > live_since,
        )
    except (KeyError, ValueError, TypeError) as error:
        raise Unreadable(type(error).__name__) from error


def _version(written: str) -> int:
    version = int(written)
    if not 0 < version < _BIGGEST:
        raise ValueError("out of range")
    return version
