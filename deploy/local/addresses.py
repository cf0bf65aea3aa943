"""Where each service finds its database and its bus: given by the environment, or started by us."""

import asyncio
import os
from collections.abc import Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from deploy.local.bus import service_users
from deploy.local.databases import ensure_databases
from deploy.local.guardian import Guardian
from deploy.local.nats import start_nats
from deploy.local.postgres import start_postgres
from deploy.local.services import SERVICES
from deploy.local.state import State


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """What the services connect to, and the processes that we started for it."""

    databases: Mapping[str, str]
    buses: Mapping[str, str]
    pids: Mapping[str, int]


def given(suffix: str) -> dict[str, str]:
    """Return the addresses of the environment: `EVENTS_DATABASE_URL` for ("DATABASE_URL")."""
    found = {name: os.environ.get(f"{name.upper()}_{suffix}", "") for name in SERVICES}
    return {name: url for name, url in found.items() if url}


async def start_servers(state: State, stack: AsyncExitStack) -> Addresses:
    """Start what no address was given for, bring tables and streams up to date.

    The servers are stopped by `stack`, after everything that is put on it later.
    """
    databases, buses = given("DATABASE_URL"), given("NATS_URL")
    pids: dict[str, int] = {}
    made: Collection[str] = ()
    guardian = Guardian(state.note_process)
    postgres = asyncio.create_task(_postgres(state, databases, stack, pids, guardian))
    await asyncio.sleep(0)  # PostgreSQL recovers in its own process while we import the services
    try:
        if len(buses) < len(SERVICES):
            users = service_users(state)
            from shared.messaging.deploy import ensure_streams

            nats = await start_nats(state, users)
            guardian.keep("nats", nats, partial(start_nats, state, users), stack)
            pids["nats"] = nats.child.pid
            buses = {name: nats.url(name) for name in SERVICES} | buses
            made = await ensure_streams(nats.url(), SERVICES)
    finally:
        databases = await postgres
    await _migrate(databases)
    await _owe_again(made, databases)
    return Addresses(databases=databases, buses=buses, pids=pids)


async def _postgres(
    state: State,
    databases: Mapping[str, str],
    stack: AsyncExitStack,
    pids: dict[str, int],
    guardian: Guardian,
) -> dict[str, str]:
    missing = [name for name in SERVICES if name not in databases]
    if not missing:
        return dict(databases)
    server = await start_postgres(state)
    guardian.keep("postgresql", server, partial(start_postgres, state), stack)
    pids["postgresql"] = server.child.pid
    made = await ensure_databases(server, {name: state.secret(f"db:{name}") for name in missing})
    return made | dict(databases)


async def _migrate(databases: Mapping[str, str]) -> None:
    """Look at every database together, then bring those that are late up to date in turn.

    In turn: Alembic's `op` belongs to the process, two migrations at once would mix.
    """
    from shared.persistence.migrations import current_revision, head_revision, upgrade

    stands = await asyncio.gather(*(current_revision(url) for url in databases.values()))
    for (name, url), revision in zip(databases.items(), stands, strict=True):
        if revision != head_revision(name):
            await upgrade(name, url)


async def _owe_again(made: Collection[str], databases: Mapping[str, str]) -> None:
    """A stream that had to be made holds nothing: its service publishes its journal anew."""
    import asyncpg

    from shared.messaging.bus import stream_of
    from shared.messaging.deploy import forget_publication

    for name in SERVICES:
        if stream_of(name) in made:
            connection = await asyncpg.connect(databases[name])
            try:
                await forget_publication(connection)
            finally:
                await connection.close()
