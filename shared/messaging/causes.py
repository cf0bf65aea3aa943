"""What is being done right now, and because of what: it travels with everything published."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from shared.persistence.tables import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why something is published.

    `correlation_id` is the same for all that follows from one click; `causation_id` is the click
    or the event just before; `action` names what was done, in words without any id.
    """

    correlation_id: UUID
    causation_id: UUID
    action: str


_current: ContextVar[Cause | None] = ContextVar("ancrage_cause", default=None)


def current_cause() -> Cause:
    """The running cause; work that nothing asked for (a timer) is its own."""
    cause = _current.get()
    if cause is None:
        own = uuid7()
        return Cause(correlation_id=own, causation_id=own, action="internal")
    return cause


@contextmanager
def because(cause: Cause) -> Iterator[Cause]:
    """Everything published inside the block follows from `cause`."""
    token = _current.set(cause)
    try:
        yield cause
    finally:
        _current.reset(token)


@contextmanager
def because_of_a_click(action: str) -> Iterator[Cause]:
    """A new chain of causes that starts with what a person, or a timer, just did."""
    click = uuid7()
    with because(Cause(correlation_id=click, causation_id=click, action=action)) as cause:
        yield cause
