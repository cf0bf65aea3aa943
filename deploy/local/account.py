"""Under which account, and from which folder, the embedded servers run.

PostgreSQL refuses to run as root. As root (a container, a CI machine) the servers therefore run
under an unprivileged account, from a folder that this account can reach: in the data folder when
every parent lets others through, else in a folder of its own, noted in the data folder. No right
of an existing folder is widened.
"""

import hashlib
import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.refusal import CannotRun
from deploy.local.state import State

# Where a folder out of reach of others (a clone under /root) keeps its servers: the first is
# never swept by the system; the second is for a root without /var/lib.
_ELSEWHERE = (Path("/var/lib/ancrage"), Path("/var/tmp"))  # noqa: S108


@dataclass(frozen=True, kw_only=True)
class Account:
    """The account of the servers: ids when we are root, None when it is our own account."""

    uid: int | None = None
    gid: int | None = None

    def arguments(self) -> dict[str, Any]:
        """Return the arguments that make `subprocess` change to this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": [], "umask": 0o077}

    def own(self, path: Path) -> None:
        """Give `path` to this account when it is not ours."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def make(self, path: Path) -> Path:
        """Make a folder that this account alone can read."""
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
        self.own(path)
        return path


def server_account() -> Account:
    """Return our own account, or an unprivileged one when we are root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return Account()
    import pwd

    for name in ("nobody", "daemon"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise CannotRun(
        "PostgreSQL refuse de tourner en root et cette machine n’a pas de compte « nobody » : "
        "lancez Ancrage avec un compte ordinaire."
    )


def reachable(folder: Path, account: Account) -> bool:
    """Tell whether the account can go through every folder down to `folder`."""
    if account.uid is None:
        return True
    for step in (folder, *folder.parents):
        status = step.stat()
        if status.st_uid == account.uid:
            through = stat.S_IXUSR
        elif status.st_gid == account.gid:
            through = stat.S_IXGRP
        else:
            through = stat.S_IXOTH
        if not status.st_mode & through:
            return False
    return True


def server_folder(state: State, account: Account) -> Path:
    """Return the folder of the servers' data and binaries, the same from one start to the next."""
    noted = state.note("server_folder")
    if noted is not None:
        return Path(noted)
    inside = state.folder / "serveurs"
    if reachable(state.folder, account):
        inside.mkdir(exist_ok=True)
        inside.chmod(0o711)
        return inside
    name = f"ancrage-{hashlib.sha256(str(state.folder).encode()).hexdigest()[:12]}"
    for place in _ELSEWHERE:
        try:
            place.mkdir(mode=0o711, exist_ok=True)
            folder = place / name
            # Not noted yet there: the servers of a data folder since deleted, with its passwords.
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o711)
        except OSError:
            continue
        if reachable(folder, account):
            state.remember("server_folder", str(folder))
            state.save()
            return folder
    raise CannotRun(
        f"Le compte des bases de données ne peut pas atteindre {state.folder} : "
        "choisissez un autre dossier avec --data."
    )


def copied(source: Path, target: Path, ignore: Callable[..., Any] | None = None) -> Path:
    """Copy a program (file or folder) once, hard-linked where the disk allows; return `target`."""
    status = source.stat()
    mark = target.with_name(f".{target.name}.copie")
    wanted = f"{source} {status.st_mtime_ns} {status.st_size}"
    if mark.exists() and mark.read_text() == wanted and target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, symlinks=True, ignore=ignore, copy_function=_link_or_copy)
    else:
        target.unlink(missing_ok=True)
        _link_or_copy(str(source), str(target))
    mark.write_text(wanted)
    return target


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
