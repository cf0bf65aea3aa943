"""One shape for every service: what it is made of, and what it is given when it runs."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.messaging.cards import CardSource
from shared.messaging.causes import because_of_a_click
from shared.messaging.directory import CardReader
from shared.messaging.node import Node
from shared.messaging.reader import Reader
from shared.persistence.sessions import Database
from shared.runtime.settings import ServiceSettings
from shared.telemetry import Telemetry

Seed = Callable[[AsyncSession, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What the running service gives to its edges: transactions, settings, the clock."""

    settings: ServiceSettings
    database: Database
    node: Node
    telemetry: Telemetry
    clock: Callable[[], datetime]
    stopping: Callable[[], bool] = lambda: False
    """Whether the service was asked to stop: a long job ends what it began, and no more."""

    def sessions(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A transaction, committed on exit; what it published then leaves."""
        return self.database.transaction()

    @asynccontextmanager
    async def acting(self, action: str) -> AsyncIterator[AsyncSession]:
        """The same, as the beginning of a new chain of causes (a timer, a command)."""
        with because_of_a_click(action):
            async with self.database.transaction() as session:
                yield session


@dataclass(frozen=True, slots=True)
class Job:
    """Work done again and again while the service runs.

    `run` is called every `every_seconds`, and at once when a transaction asked for it with
    `wake_jobs(session)`. It returns when there is nothing left to do.
    """

    name: str
    every_seconds: float
    run: Callable[[Resources], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service, described. Pages are mounted at `/<name>`, their API at `/<name>/api/v1`.

    `territory` says that its database keeps the communes (`shared.territory`), loaded at each
    start when a newer version comes with the code. `reference` loads what
    the service cannot do without (every start, idempotent); `demo` loads
    invented people for a laptop.
    """

    name: str
    settings: type[ServiceSettings]
    routers: tuple[APIRouter, ...]
    readers: tuple[Reader, ...] = ()
    card_readers: tuple[CardReader, ...] = ()
    jobs: tuple[Job, ...] = ()
    cards: CardSource | None = None
    territory: bool = False
    reference: Seed | None = None
    demo: Seed | None = None
