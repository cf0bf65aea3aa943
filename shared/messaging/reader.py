"""What a service listens to: one reader per speaker and kind of thing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.base import IntegrationEvent, Origin

E = TypeVar("E", bound=IntegrationEvent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is known of a message without opening it (CloudEvents 1.0 attributes)."""

    event_id: UUID
    type: str
    speaker: str
    aggregate: str
    aggregate_id: UUID
    version: int
    time: datetime
    correlation_id: UUID
    causation_id: UUID
    action: str
    origin: Origin
    live: bool

    @property
    def subject(self) -> str:
        """The NATS subject; it is the type."""
        return self.type


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard(Envelope, Generic[E]):
    """An event that was heard, with its envelope.

    `live` is False for history (imported, or older than the reader): a reaction then only builds
    state, and has no effect on the outside.
    """

    event: E


Reaction = Callable[[AsyncSession, Heard[E]], Awaitable[None]]
Always = Callable[[AsyncSession, Envelope], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One event class and what it wakes."""

    event: type[IntegrationEvent]
    react: Callable[[AsyncSession, Heard[Any]], Awaitable[None]]


def on(event: type[E], react: Reaction[E]) -> Subscription:
    """`react` runs once for each `event`, in the transaction that moves the reader's position."""
    return Subscription(event, react)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A table that only readers write, so that the streams alone say what it must hold.

    `apart` names columns that depend on when the event was heard: they are not compared.
    `where` is the SQL condition of the rows that readers write, when others write there too.
    """

    table: str
    apart: tuple[str, ...] = ()
    where: str = "true"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The unit of order, isolation and replay: one durable for one kind of thing of one speaker.

    Types without a reaction only advance the position. `always`, when given, runs first for
    every event whatever its type. `rebuilds` are the tables that a replay makes anew (readers
    that share one are replayed together); `beside` are tables that its reactions also write, but
    not alone: a replay leaves them as they are.
    """

    speaker: str
    aggregate: str
    reactions: tuple[Subscription, ...] = ()
    always: Always | None = None
    rebuilds: tuple[Rebuilt, ...] = ()
    beside: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for subscription in self.reactions:
            where = (subscription.event.speaker(), subscription.event.aggregate())
            if where != (self.speaker, self.aggregate):
                raise ValueError(f"{subscription.event.subject} is not of reader {self.name}")

    @property
    def name(self) -> str:
        """Its name inside the service, also the end of the durable's name."""
        return f"{self.speaker}-{self.aggregate}"

    @property
    def filter(self) -> str:
        """The subjects it follows."""
        return f"{self.speaker}.{self.aggregate}.>"

    def by_subject(self) -> dict[str, Subscription]:
        """Its reactions, by subject."""
        return {subscription.event.subject: subscription for subscription in self.reactions}
