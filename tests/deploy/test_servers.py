"""PostgreSQL and NATS of our own: made, found again, restarted after a kill, closed to others."""

import asyncio
import os
import signal
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import nats
import psutil
import pytest

from deploy.local import account
from deploy.local.databases import ensure_databases
from deploy.local.nats import Nats, User, start_nats
from deploy.local.postgres import Postgres, start_postgres
from deploy.local.refusal import CannotRun
from deploy.local.state import State

pytestmark = [pytest.mark.postgres, pytest.mark.nats]

_USERS = {
    "events": User(password="mot-1", publish=["evt.events.>"], subscribe=[]),
    "logement": User(password="mot-2", publish=["evt.logement.>"], subscribe=["evt.events.>"]),
}


@asynccontextmanager
async def _servers(folder: Path) -> AsyncIterator[tuple[State, Postgres, Nats]]:
    state = State.open(folder)
    postgres, bus = await asyncio.gather(start_postgres(state), start_nats(state, _USERS))
    state.save()
    try:
        yield state, postgres, bus
    finally:
        await bus.stop()
        await postgres.stop()


async def test_starting_again_finds_the_data_and_never_waives_fsync(open_folder: Path) -> None:
    async with _servers(open_folder) as (_, postgres, _bus):
        urls = await ensure_databases(postgres, {"events": "mot"})
        connection = await asyncpg.connect(urls["events"])
        await connection.execute("CREATE TABLE t AS SELECT 41 AS number")
        assert await connection.fetchval("SHOW fsync") == "on"
        await connection.close()
    async with _servers(open_folder) as (_, postgres, _bus):
        connection = await asyncpg.connect(postgres.url("events", "events", "mot"))
        assert await connection.fetchval("SELECT number FROM t") == 41
        await connection.close()


async def test_both_servers_restart_after_everything_was_killed(open_folder: Path) -> None:
    state = State.open(open_folder)
    postgres, bus = await asyncio.gather(start_postgres(state), start_nats(state, _USERS))
    for child in (postgres.child, bus.child):
        os.kill(child.pid, signal.SIGKILL)
        await asyncio.to_thread(child.process.wait)
    async with _servers(open_folder) as (_, postgres, _bus):
        connection = await asyncpg.connect(postgres.url("postgres"))
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()


async def test_servers_of_a_killed_run_that_still_live_are_ended_first(open_folder: Path) -> None:
    state = State.open(open_folder)
    postgres, bus = await asyncio.gather(start_postgres(state), start_nats(state, _USERS))
    async with _servers(open_folder) as (_, second, _bus):
        assert second.child.pid != postgres.child.pid
        assert postgres.child.ended
        assert bus.child.ended


async def test_a_service_cannot_connect_to_the_database_of_another(open_folder: Path) -> None:
    async with _servers(open_folder) as (_, postgres, _bus):
        passwords = {"events": "mot-1", "logement": "mot-2"}
        await ensure_databases(postgres, passwords)
        await ensure_databases(postgres, passwords)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(postgres.url("logement", "events", "mot-1"))
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(postgres.url("logement", "logement", "mot-1"))


async def test_a_service_publishes_and_listens_only_where_it_may(open_folder: Path) -> None:
    async with _servers(open_folder) as (_, _postgres, bus):
        refused: list[str] = []

        async def note(error: Exception) -> None:
            refused.append(str(error))

        events = await nats.connect(bus.url("events"), error_cb=note)
        logement = await nats.connect(
            bus.url("logement"), error_cb=note, inbox_prefix=b"_INBOX_logement"
        )
        heard = await logement.subscribe("evt.events.registration")
        await logement.flush()
        await events.publish("evt.logement.stay", b"usurped")
        await events.publish("evt.events.registration", b"said")
        assert (await heard.next_msg(timeout=5)).data == b"said"
        assert any("permissions violation" in error for error in refused)
        await events.close()
        await logement.close()


async def test_every_message_is_on_disk_before_it_is_acknowledged(open_folder: Path) -> None:
    async with _servers(open_folder) as (_, _postgres, bus):
        import httpx

        async with httpx.AsyncClient() as client:
            figures = (await client.get(f"{bus.monitor_url}/jsz")).json()
        assert figures["config"]["sync_always"] is True


async def test_servers_never_run_as_root(open_folder: Path) -> None:
    async with _servers(open_folder) as (_, postgres, bus):
        for child in (postgres.child, bus.child):
            assert psutil.Process(child.pid).uids().effective != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to leave a folder closed to others")
async def test_as_root_a_closed_parent_folder_is_left_untouched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_folder: Path
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(account, "_ELSEWHERE", (open_folder / "ailleurs",))
    async with _servers(tmp_path / "clone avec espaces" / "data") as (state, _postgres, _bus):
        noted = state.note("server_folder")
        assert noted is not None
        assert Path(noted).parent == open_folder / "ailleurs"
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    async with _servers(tmp_path / "clone avec espaces" / "data") as (state, _postgres, _bus):
        assert state.note("server_folder") == noted


async def test_data_of_another_postgresql_version_are_left_alone(open_folder: Path) -> None:
    async with _servers(open_folder):
        pass
    (open_folder / "serveurs" / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(CannotRun, match="PostgreSQL 15"):
        await start_postgres(State.open(open_folder))
