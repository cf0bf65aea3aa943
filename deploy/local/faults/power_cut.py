"""A disk whose power can be cut: a file seen as a disk, copied as it is at that moment.

What the system still held in memory is not in the copy: exactly what a real cut leaves.
"""

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.local.faults.watching import seen
from deploy.local.faults.world import NotRecovered
from deploy.local.nats import ADMINISTRATOR, User, configuration, find_program
from deploy.local.ports import LOOPBACK, free_port

_SIZE = "400M"


@dataclass(frozen=True, slots=True)
class Disk:
    """A mounted disk and the file that holds it."""

    image: Path
    mount: Path


def sh(*command: str | Path) -> str:
    """Run a system command; raises NotRecovered with its words."""
    try:
        done = subprocess.run(
            [str(part) for part in command], check=True, capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise NotRecovered(f"il manque la commande {command[0]}") from error
    except subprocess.CalledProcessError as error:
        raise NotRecovered(f"{command[0]} : {error.stderr.strip()}") from error
    return done.stdout.strip()


def require_root() -> None:
    """Raise NotRecovered unless this machine lets us make a disk."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise NotRecovered("S4 monte un disque d’essai : relancez en root")


@asynccontextmanager
async def mounted(image: Path, *, new: bool) -> AsyncIterator[Disk]:
    """Mount a disk, made empty when `new`."""
    place, device = await asyncio.to_thread(_mount, image, new=new)
    try:
        yield Disk(image, place)
    finally:
        await asyncio.to_thread(_unmount, place, device)


def _mount(image: Path, *, new: bool) -> tuple[Path, str]:
    place = image.with_suffix(".d")
    place.mkdir()
    if new:
        sh("truncate", "-s", _SIZE, image)
        sh("mkfs.ext4", "-q", "-F", image)
    # Straight to the file: nothing of the disk stays in the memory of the machine.
    device = sh("losetup", "--direct-io=on", "-f", "--show", image)
    try:
        sh("mount", device, place)
    except NotRecovered:
        sh("losetup", "-d", device)
        raise
    return place, device


def _unmount(place: Path, device: str) -> None:
    sh("umount", "-l", place)
    sh("losetup", "-d", device)


def cut(disk: Disk, copy: Path) -> None:
    """Keep what the disk held at this moment."""
    sh("cp", "--sparse=always", disk.image, copy)


@dataclass(frozen=True, slots=True)
class BareBus:
    """A bus on that disk."""

    process: "subprocess.Popen[bytes]"
    url: str

    def freeze(self) -> None:
        """From now on it can write nothing more."""
        self.process.send_signal(signal.SIGSTOP)
        _stopped(self.process.pid)

    def kill(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


def _stopped(pid: int) -> None:
    while psutil.Process(pid).status() != psutil.STATUS_STOPPED:
        pass


async def bare_bus(store: Path, *, sync: str) -> BareBus:
    """Start a bus that keeps its streams there, as the platform's own does but for `sync`."""
    port, word = free_port(), "essai"
    users = {ADMINISTRATOR: User(password=word)}
    content = configuration(users, store=store, port=port, monitor_port=free_port())
    content["jetstream"]["sync_interval"] = sync
    process = await asyncio.to_thread(_start, store, content)
    bus = BareBus(process, f"nats://{ADMINISTRATOR}:{word}@{LOOPBACK}:{port}")

    async def answers() -> bool:
        _, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.close()
        return True

    await seen(answers, "le bus du disque d’essai", 30)
    return bus


def _start(store: Path, content: dict[str, object]) -> "subprocess.Popen[bytes]":
    program = find_program()
    if program is None:
        raise NotRecovered("nats-server est introuvable")
    path = store / "essai.conf"
    path.write_text(json.dumps(content))
    return subprocess.Popen(
        [str(program), "-c", str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
