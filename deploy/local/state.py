"""The data folder of a local platform: ports, secrets, keys, lock, and who is running."""

import base64
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from deploy.local.ports import free_port
from deploy.local.refusal import CannotRun

ROOT: Final = Path(__file__).resolve().parents[2]
DEFAULT_FOLDER: Final = ".ancrage"


def write_private(path: Path, content: bytes) -> None:
    """Write `content` in one step, readable by the owner alone."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def resolve_folder(wanted: str | None) -> Path:
    """Return the data folder that `--data` names, from where the person typed the command."""
    if wanted is None:
        return ROOT / DEFAULT_FOLDER
    typed_in = Path(os.environ.get("ANCRAGE_TYPED_IN") or Path.cwd())
    return (typed_in / Path(wanted).expanduser()).resolve()


class State:
    """What a local platform remembers between two starts, in `state.json` (0600)."""

    def __init__(self, folder: Path, content: dict[str, Any]) -> None:
        self.folder = folder
        self._content = content
        self._written = json.dumps(content)

    @classmethod
    def open(cls, folder: Path) -> "State":
        """Open the data folder, made if need be; `CannotRun` when it cannot be written."""
        try:
            if not folder.exists():
                folder.mkdir(parents=True)
                # Crossed, never listed: the database server may run under another account,
                # and every file with a secret is readable by its owner alone.
                folder.chmod(0o711)
            probe = folder / f".essai-{os.getpid()}"
            probe.touch()
            probe.unlink()
            path = folder / "state.json"
            content = json.loads(path.read_bytes()) if path.exists() else {}
        except json.JSONDecodeError as error:
            raise CannotRun(
                f"Le fichier {folder / 'state.json'} est abîmé : remettez-en une copie "
                "ou choisissez un autre dossier avec --data."
            ) from error
        except OSError as error:
            raise CannotRun(
                f"Impossible d’écrire dans le dossier {folder} ({error.strerror}) : "
                "choisissez-en un autre avec --data."
            ) from error
        return cls(folder, content)

    def save(self) -> None:
        """Write what changed since the last time; nothing when nothing did."""
        written = json.dumps(self._content)
        if written != self._written:
            write_private(self.folder / "state.json", json.dumps(self._content, indent=1).encode())
            self._written = written

    def secret(self, name: str) -> str:
        """Return the secret of that name, drawn once (256 bits)."""
        known: dict[str, str] = self._content.setdefault("secrets", {})
        if name not in known:
            known[name] = secrets.token_urlsafe(32)
            self.save()  # before anything is locked with it, even if we are killed next
        return known[name]

    def key(self, name: str) -> bytes:
        """Return 32 bytes drawn once under that name."""
        text = self.secret(f"key:{name}")
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    def port(self, name: str) -> int:
        """Return the port used last time under that name when it is free, else a new one."""
        known: dict[str, int] = self._content.setdefault("ports", {})
        known[name] = free_port(known.get(name))
        return known[name]

    def known_ports(self) -> dict[str, int]:
        """Return the ports in use, for a verb that speaks to what already runs."""
        return dict(self._content.get("ports", {}))

    def note(self, name: str) -> str | None:
        """Return the note of that name, or None."""
        value = self._content.get("notes", {}).get(name)
        return None if value is None else str(value)

    def remember(self, name: str, value: str) -> None:
        """Keep a note between two starts."""
        self._content.setdefault("notes", {})[name] = value

    def issuer_key(self) -> dict[str, Any]:
        """Return the private JWK (Ed25519) that signs the tokens of this platform."""
        if "issuer" not in self._content:
            self._content["issuer"] = _draw_issuer_key()
            self.save()
        key: dict[str, Any] = self._content["issuer"]
        return key

    # Who is running -----------------------------------------------------------------

    @contextmanager
    def exclusively(self) -> Iterator[None]:
        """Hold the folder for one platform; `CannotRun` when another one runs on it."""
        with (self.folder / "verrou").open("a+") as file:
            if not _lock(file):
                running = self.running()
                where = f" : {running['address']}" if running else ""
                raise CannotRun(f"Ancrage tourne déjà sur le dossier {self.folder}{where}.")
            try:
                yield
            finally:
                (self.folder / "running.json").unlink(missing_ok=True)

    def announce(self, address: str, pids: dict[str, int]) -> None:
        """Write the address and the processes, for the other verbs."""
        content = {"address": address, "pids": {"ancrage": os.getpid(), **pids}}
        write_private(self.folder / "running.json", json.dumps(content, indent=1).encode())

    def note_process(self, name: str, pid: int) -> None:
        """Write that a server now runs in another process (it was started again)."""
        content = self.running()
        if content is not None:
            content["pids"][name] = pid
            write_private(self.folder / "running.json", json.dumps(content, indent=1).encode())

    def running(self) -> dict[str, Any] | None:
        """Return what runs on this folder ({"address", "pids"}), or None."""
        try:
            content: dict[str, Any] = json.loads((self.folder / "running.json").read_bytes())
        except (OSError, ValueError):
            return None
        import psutil

        return content if psutil.pid_exists(content["pids"]["ancrage"]) else None


def _draw_issuer_key() -> dict[str, Any]:
    from joserfc.jwk import OKPKey

    key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": "Ed25519"}, auto_kid=True)
    return dict(key.as_dict(private=True))


def _lock(file: IO[str]) -> bool:
    """Take the lock of an open file without waiting; the system frees it when we end."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
