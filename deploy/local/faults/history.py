"""What the clients asked and were told: the only memory that no fault can touch."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One wish of one client, sent with one key until the answer is known.

    `outcome`: ok (201), fail (a refusal), unknown (no answer within the limit).
    """

    key: str
    event_id: str
    email: str
    outcome: str = "unknown"
    status: int = 0
    body: str = ""
    tries: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    """The longest single request."""

    @property
    def registration_id(self) -> str:
        """What was promised; only for `ok`."""
        return str(json.loads(self.body)["id"])


@dataclass(slots=True)
class History:
    """Every attempt of a world, and what no client should ever see."""

    path: Path
    attempts: list[Attempt] = field(default_factory=list)
    capacities: dict[str, int] = field(default_factory=dict)
    unexpected: list[str] = field(default_factory=list)
    """Answers outside the contract: a 5xx other than a 503 with Retry-After…"""
    changed_answers: int = 0
    """The same key got another body."""
    busy: int = 0
    """Answers 503, all with Retry-After."""
    cut: int = 0
    """Requests without any answer: the connection was closed, or nothing came in time."""

    def write(self, what: str, attempt: Attempt, **more: Any) -> None:
        """Add a line to the file: invoke, ok, fail, unknown."""
        line: Mapping[str, Any] = {
            "at": time.time(),
            "what": what,
            "key": attempt.key,
            "event": attempt.event_id,
            **more,
        }
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def promised(self) -> list[Attempt]:
        """The attempts that were answered 201."""
        return [attempt for attempt in self.attempts if attempt.outcome == "ok"]
