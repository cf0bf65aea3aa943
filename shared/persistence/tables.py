"""What the tables of every service share: ids, instants, a registry per service."""

import os
import time
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry

UTCDateTime = DateTime(timezone=True)
"""Column type of an instant (`timestamptz`): `Field(sa_type=UTCDateTime)`."""

Json = JSONB()
"""Column type of a document (`jsonb`): `Field(sa_type=Json)`."""


def new_registry() -> registry:
    """A registry (and metadata) of its own for one service.

    SQLModel keeps all tables in one metadata by default, so two services with a table of the
    same name could not be imported together. Each service declares its base once:
    `class EventsTable(SQLModel, registry=new_registry()): ...`
    """
    return registry()


def uuid7(moment: datetime | None = None) -> UUID:
    """A time-ordered unique id (RFC 9562, version 7): neighbours in time stay close in indexes."""
    nanoseconds = time.time_ns() if moment is None else int(moment.timestamp() * 1e9)
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    fraction = rest * 4096 // 1_000_000  # sub-millisecond order in rand_a, RFC 9562 §6.2 method 3
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= fraction << 64
    value |= 0b10 << 62
    value |= int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return UUID(int=value)
