"""One database and one role per service, with no right on the others' databases."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from deploy.local.postgres import ADMINISTRATOR, Postgres
from deploy.local.refusal import CannotRun

if TYPE_CHECKING:
    import asyncpg

# What is in order: databases that belong to the role of their name and are closed to others.
_IN_ORDER: Final = """
SELECT datname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba
WHERE datname = rolname AND rolcanlogin AND NOT EXISTS (
  SELECT FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) AS right_
  WHERE right_.grantee = 0 AND right_.privilege_type = 'CONNECT')
"""


async def ensure_databases(server: Postgres, passwords: Mapping[str, str]) -> dict[str, str]:
    """Make what is missing for each service of `passwords`; return the address of each database.

    One query and nothing else when everything is in order.
    """
    import asyncpg

    try:
        connection = await asyncpg.connect(server.url("postgres"))
    except asyncpg.InvalidPasswordError as error:
        raise CannotRun(
            "Les bases de ce dossier ont été créées avec un autre state.json : "
            "remettez-le, ou choisissez un autre dossier avec --data."
        ) from error
    try:
        in_order = {row["datname"] for row in await connection.fetch(_IN_ORDER)}
        missing = [service for service in passwords if service not in in_order]
        if missing:
            await connection.execute("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC")
        for service in missing:
            await _make(connection, service, passwords[service])
    finally:
        await connection.close()
    return {
        service: server.url(service, service, password) for service, password in passwords.items()
    }


async def _make(connection: "asyncpg.Connection", service: str, password: str) -> None:
    """Make, or finish making, the role and the database of one service."""
    role = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", service)
    verb = "ALTER" if role else "CREATE"
    word = await connection.fetchval("SELECT quote_literal($1)", password)
    await connection.execute(f'{verb} ROLE "{service}" LOGIN PASSWORD {word}')
    known = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", service)
    if not known:
        await connection.execute(
            f'CREATE DATABASE "{service}" OWNER "{service}" ENCODING \'UTF8\' TEMPLATE template0'
        )
    await connection.execute(f'REVOKE CONNECT ON DATABASE "{service}" FROM PUBLIC')
    await connection.execute(f'GRANT CONNECT ON DATABASE "{service}" TO "{ADMINISTRATOR}"')
