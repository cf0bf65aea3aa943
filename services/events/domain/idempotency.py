"""What was answered to a request that may be sent twice: a double click, a network that fails."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Field

from services.events.domain.base import EventsTable
from shared.persistence.tables import UTCDateTime

KEPT = timedelta(days=7)
"""How long an answer can be given again; a page left open longer is filled in anew."""


class IdempotencyKey(EventsTable, table=True):
    """One request by its key: what was asked (fingerprint) and the exact answer.

    The key is stored hashed: nobody can then leave a name in it.
    """

    __tablename__ = "idempotency_key"

    key_hash: str = Field(primary_key=True)
    fingerprint: str
    response_status: int | None = None
    response_body: str | None = None
    created_at: datetime = Field(sa_type=UTCDateTime, index=True)


def key_hash(key: str) -> str:
    """Under which a key is stored."""
    return hashlib.sha256(key.encode()).hexdigest()


def fingerprint(**asked: Any) -> str:
    """One line that two requests share only when they ask the same thing."""
    canonical = json.dumps(asked, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()
