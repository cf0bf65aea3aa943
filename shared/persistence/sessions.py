"""The connection pool of one service, and its transactions."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.ext.asyncio import AsyncSession as PlainAsyncSession
from sqlalchemy.orm import Session as OrmSession
from sqlmodel import Session as SyncSession
from sqlmodel.ext.asyncio.session import AsyncSession

AfterCommit = Callable[[dict[Any, Any]], None]


ANSWER_SECONDS = 20
"""The longest statement. Beyond, the link is held to be dead: a peer that vanished says nothing."""
PING_SECONDS = 3

WAKE_JOBS = "ancrage.wake-jobs"


def wake_jobs(session: AsyncSession) -> None:
    """Ask that the service's jobs run as soon as this transaction is committed."""
    session.info[WAKE_JOBS] = True


def sqlalchemy_url(url: str) -> str:
    """The same address for SQLAlchemy's asyncpg dialect."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


def raw_url(url: str) -> str:
    """The same address for asyncpg itself."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


class _Connection(asyncpg.Connection):
    """A connection whose ping (SQLAlchemy sends `;`) is not waited for like a long statement."""

    async def fetchrow(self, query: str, *args: Any, **options: Any) -> Any:
        if query == ";":
            options["timeout"] = PING_SECONDS
        return await super().fetchrow(query, *args, **options)  # type: ignore[no-untyped-call]


def _note_silence(context: ExceptionContext) -> None:
    """A server that does not answer in time is gone: its connections are worth nothing more."""
    if isinstance(context.original_exception, TimeoutError):
        context.is_disconnect = True


class _OrmSession(SyncSession):
    execute = OrmSession.execute  # see _Session


class _Session(AsyncSession):
    """A session whose `execute` is SQLAlchemy's own.

    SQLModel wraps it twice to advise `exec`, with a warning each time: on hot paths, which run
    prebuilt statements, that is a tenth of the cost of a statement.
    """

    sync_session_class = _OrmSession
    sync_session: SyncSession
    execute = PlainAsyncSession.execute


MOST = 16
"""Connections of one service: more make a hot row slower (measured)."""


class Database:
    """One service's database: a pool, and transactions that tell what was committed.

    `after_commit` callbacks receive `session.info` once the commit returned: that is how the
    relay is woken without a NOTIFY inside the transaction (which costs 14 to 41 % under load).
    """

    def __init__(
        self, url: str, *, name: str, pool_size: int = MOST, overflow: int | None = None
    ) -> None:
        self.url = raw_url(url)
        self.engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(url),
            pool_size=pool_size,
            max_overflow=MOST - pool_size if overflow is None else overflow,
            # A connection is dear to make (handshake, statements and functions compiled anew) and
            # cheap to keep while it serves: a peak must not close and open them all the time.
            pool_pre_ping=True,
            pool_use_lifo=True,
            pool_timeout=10,
            isolation_level="READ COMMITTED",
            connect_args={
                "timeout": 5,
                "command_timeout": ANSWER_SECONDS,
                "connection_class": _Connection,
                "server_settings": {
                    "application_name": f"ancrage-{name}",
                    "statement_timeout": str(1000 * ANSWER_SECONDS),
                    "idle_in_transaction_session_timeout": "60000",
                    # A backend weighs 4 MB: those that a quiet service no longer takes (the pool
                    # hands out the last one given back) are closed; the ping replaces them.
                    "idle_session_timeout": "30000",
                    "timezone": "UTC",
                },
            },
        )
        event.listen(self.engine.sync_engine, "handle_error", _note_silence)
        self._factory = async_sessionmaker(self.engine, class_=_Session, expire_on_commit=False)
        self.after_commit: list[AfterCommit] = []

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is committed on exit, or rolled back when the block raises."""
        async with self._factory() as session:
            yield session
            await session.commit()
            info = dict(session.info)
        for callback in self.after_commit:
            callback(info)

    async def close(self) -> None:
        """Give the connections back to the server."""
        await self.engine.dispose()
