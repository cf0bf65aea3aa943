"""The tables of a replay: a schema beside the live one, compared with it, then merged into it."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.messaging.reader import Rebuilt
from shared.persistence.sessions import sqlalchemy_url

SCHEMA = "ancrage_rebuild"

_ROOM = ("journal", "aggregate_sequence", "card_mark", "reader_state", "dead_letter", "position")
"""What reactions say or mark while they are replayed goes there, and nowhere else."""

_WRITTEN = text(
    """
    SELECT relname FROM pg_stat_xact_user_tables
    WHERE schemaname <> :schema AND n_tup_ins + n_tup_upd + n_tup_del > 0 ORDER BY relname
    """
)
_COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    ORDER BY attnum
"""
_KEY = """
    SELECT a.attname FROM pg_index i JOIN pg_attribute a
        ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
    WHERE i.indrelid = $1::regclass AND i.indisprimary ORDER BY a.attnum
"""


class UndeclaredTable(Exception):
    """A reaction wrote a table that its reader declares neither as rebuilt nor as beside."""


async def make(
    connection: asyncpg.Connection, rebuilt: Iterable[Rebuilt], beside: Iterable[str]
) -> None:
    """Make the schema anew: empty twins of what is rebuilt, copies of what is beside."""
    await drop(connection)
    await connection.execute(f"CREATE SCHEMA {SCHEMA}")
    for table in (*_ROOM, *(one.table for one in rebuilt)):
        await _twin(connection, table)
    for table in ("directory", *beside):
        await _twin(connection, table)
        await connection.execute(
            f'INSERT INTO {SCHEMA}."{table}" OVERRIDING SYSTEM VALUE SELECT * FROM public."{table}"'  # noqa: S608 - names of our own tables
        )


async def drop(connection: asyncpg.Connection) -> None:
    """Forget the schema."""
    await connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


async def _twin(connection: asyncpg.Connection, table: str) -> None:
    await connection.execute(
        f'CREATE TABLE {SCHEMA}."{table}" (LIKE public."{table}" INCLUDING ALL)'
    )


class Shadow:
    """Transactions in which every table of the replay is the one beside, not the live one."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(
            sqlalchemy_url(url),
            poolclass=NullPool,
            connect_args={
                "server_settings": {"search_path": f"{SCHEMA},public", "timezone": "UTC"}
            },
        )
        self._factory = async_sessionmaker(self._engine, class_=AsyncSession)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Committed on exit. Raises UndeclaredTable, keeping nothing, when the live was written."""
        async with self._factory() as session:
            yield session
            await session.flush()
            written = [row.relname for row in await session.execute(_WRITTEN, {"schema": SCHEMA})]
            if written:
                raise UndeclaredTable(", ".join(written))
            await session.commit()

    async def close(self) -> None:
        """Give the connections back."""
        await self._engine.dispose()


async def digest(connection: asyncpg.Connection, schema: str, rebuilt: Rebuilt) -> str:
    """A hash of everything that must be equal in the live table and in its twin."""
    compared = [name for name in await _columns(connection, rebuilt) if name not in rebuilt.apart]
    row = _texts("t", compared)
    found: str = await connection.fetchval(
        f"""
        SELECT count(*) || ':' || coalesce(md5(string_agg(line, '' ORDER BY line)), '')
        FROM (SELECT md5(({row})::text) AS line FROM {schema}."{rebuilt.table}" t
            WHERE {rebuilt.where}) lines
        """  # noqa: S608 - names of our own tables
    )
    return found


async def merge(connection: asyncpg.Connection, rebuilt: Rebuilt) -> int:
    """Make the live table equal to its twin, touching only what differs; returns how many rows."""
    live, twin = f'public."{rebuilt.table}"', f'{SCHEMA}."{rebuilt.table}"'
    columns = await _columns(connection, rebuilt)
    key = [row["attname"] for row in await connection.fetch(_KEY, live)]
    if not key:
        raise UndeclaredTable(f"{rebuilt.table} has no primary key")
    same = " AND ".join(f't."{name}" = s."{name}"' for name in key)
    gone = await connection.execute(
        f"DELETE FROM {live} t WHERE ({rebuilt.where})"  # noqa: S608 - names of our own tables
        f" AND NOT EXISTS (SELECT 1 FROM {twin} s WHERE {same})"
    )
    compared = [name for name in columns if name not in rebuilt.apart]
    changed = [name for name in compared if name not in key]
    update = "NOTHING"
    if changed:
        sets = ", ".join(f'"{name}" = excluded."{name}"' for name in changed)
        update = (
            f"UPDATE SET {sets}"
            f" WHERE {_texts('t', compared)} IS DISTINCT FROM {_texts('excluded', compared)}"
        )
    names = ", ".join(f'"{name}"' for name in columns)
    conflict = ", ".join(f'"{name}"' for name in key)
    put = await connection.execute(
        f"INSERT INTO {live} AS t ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM {twin}"  # noqa: S608 - names of our own tables
        f" WHERE {rebuilt.where} ON CONFLICT ({conflict}) DO {update}"
    )
    return sum(int(status.rpartition(" ")[2]) for status in (gone, put))


async def _columns(connection: asyncpg.Connection, rebuilt: Rebuilt) -> list[str]:
    rows = await connection.fetch(_COLUMNS, f'public."{rebuilt.table}"')
    return [row["attname"] for row in rows]


def _texts(alias: str, names: Sequence[str]) -> str:
    # As text: a `json` column has no equality of its own.
    return "ROW(" + ", ".join(f'{alias}."{name}"::text' for name in names) + ")"
