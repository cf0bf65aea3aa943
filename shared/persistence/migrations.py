"""Alembic for a database per service: applied by `deploy`, never at import."""

import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg

from shared.persistence.sessions import raw_url, sqlalchemy_url

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData

_REVISION = re.compile(r"^revision(?::\s*str)?\s*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)

ROOM_TABLES = re.compile(
    r"^(journal|aggregate_sequence|card_mark|directory|position|reader_state|dead_letter(_audit)?"
    r"|web_session|used_ticket|known_account|territory_\w+|alembic_version)$"
)
"""Tables that rooms of `shared` own: they are compared with no model."""


def run_sql(op: Any, sql: str) -> None:
    """Execute a script of statements, each ended by `;` at the end of a line."""
    for statement in re.split(r";[ \t]*\n", sql.strip() + "\n"):
        if statement.strip():
            op.execute(statement)


def versions_folder(service: str) -> Path:
    """Where the migrations of `service` live."""
    package = import_module(f"services.{service}")
    return Path(str(package.__file__)).parent / "persistence" / "migrations" / "versions"


def head_revision(service: str) -> str:
    """The newest revision of `service`; file names are ordered, `0001_…`, `0002_…`."""
    newest = max(versions_folder(service).glob("[0-9]*.py"))
    found = _REVISION.search(newest.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{newest.name} declares no revision")
    return found.group(1)


async def current_revision(url: str) -> str | None:
    """The revision the database stands at, or None when it is empty."""
    connection: asyncpg.Connection = await asyncpg.connect(raw_url(url))
    try:
        if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
            return None
        revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return revision
    finally:
        await connection.close()


async def upgrade(service: str, url: str) -> bool:
    """Bring the database of `service` to its newest revision; False when nothing was to do.

    Alembic is imported only when there is something to apply: a second start stays quick.
    """
    if await current_revision(url) == head_revision(service):
        return False
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(sqlalchemy_url(url))
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_apply, service)
            await connection.commit()
    finally:
        await engine.dispose()
    return True


def _apply(connection: "Connection", service: str) -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    folder = versions_folder(service)
    config = Config()
    config.set_main_option("script_location", str(folder.parent).replace("%", "%%"))
    config.set_main_option("version_locations", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    script = ScriptDirectory.from_config(config)

    def steps(revision: Any, _context: Any) -> Any:
        return script._upgrade_revs("head", revision)  # noqa: SLF001 - what its command line calls

    with EnvironmentContext(config, script, fn=steps) as environment:
        environment.configure(connection=connection)
        with environment.begin_transaction():
            environment.run_migrations()


def differences(connection: "Connection", metadata: "MetaData") -> list[Any]:
    """What models and database disagree on, tables of the shared rooms left out."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    def ours(_object: Any, name: str | None, kind: str, _reflected: bool, _to: Any) -> bool:  # noqa: FBT001 - alembic's own signature
        return not (kind == "table" and name is not None and ROOM_TABLES.match(name))

    context = MigrationContext.configure(connection, opts={"include_object": ours})
    return list(compare_metadata(context, metadata))
