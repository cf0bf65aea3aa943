"""Which errors pass by themselves, and which never will."""

import asyncio

from asyncpg.exceptions import InterfaceError as DriverError
from asyncpg.exceptions import PostgresError
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_TRANSIENT_SQLSTATES = ("08", "40", "53", "55P03", "57")
"""Connection, rollback (deadlock, serialisation), resources, lock not available, shutdown."""


def is_transient(error: BaseException) -> bool:
    """True when trying the same again later may work: nothing is wrong with the message itself."""
    if isinstance(error, DBAPIError):
        if isinstance(error, InterfaceError) or error.connection_invalidated:
            return True
        state = getattr(error.orig, "sqlstate", None)
        return state is not None and state.startswith(_TRANSIENT_SQLSTATES)
    if isinstance(error, PostgresError):
        return (getattr(error, "sqlstate", None) or "").startswith(_TRANSIENT_SQLSTATES)
    return isinstance(
        error, OSError | TimeoutError | asyncio.TimeoutError | PoolTimeout | DriverError
    )
