"""Programs that we start: they die with us, and those of a killed run are ended first."""

import asyncio
import ctypes
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from deploy.local.account import Account
from deploy.local.refusal import CannotRun

_PR_SET_PDEATHSIG: Final = 1
# A log kept from one start to the next restarts empty beyond this size.
_LOG_LIMIT_BYTES: Final = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Child:
    """A program of ours that runs: its process, its log, and the signal that stops it cleanly."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals

    @property
    def pid(self) -> int:
        """The process id."""
        return self.process.pid

    @property
    def ended(self) -> bool:
        """Whether the program is over."""
        return self.process.poll() is not None

    async def stop(self, limit_seconds: float = 15.0) -> None:
        """Ask the program to end, wait, and end it by force beyond the limit."""
        if self.ended:
            return
        self.process.send_signal(self.stop_signal)
        if not await _wait(lambda: self.ended, limit_seconds):
            self.process.kill()
            await asyncio.to_thread(self.process.wait)

    async def until(self, ready: Callable[[], bool], limit_seconds: float) -> bool:
        """Wait for `ready`; False when the program ended first, `CannotRun` beyond the limit."""
        if not await _wait(lambda: ready() or self.ended, limit_seconds):
            await self.stop()
            raise CannotRun(
                f"{self.name} n’a pas démarré en {limit_seconds:.0f} s : voir {self.log}."
            )
        return not self.ended

    def last_words(self, lines: int = 1) -> str:
        """Return the last lines of the log."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.strip().splitlines()[-lines:])


async def _wait(done: Callable[[], bool], limit_seconds: float) -> bool:
    """Look at `done` a hundred times a second; False beyond the limit."""
    loop = asyncio.get_running_loop()
    end = loop.time() + limit_seconds
    while not done():
        if loop.time() > end:
            return False
        await asyncio.sleep(0.01)
    return True


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    account: Account,
    stop_signal: signal.Signals,
    environment: dict[str, str] | None = None,
) -> Child:
    """Start a program in its own session, under `account`, its output added to `log`.

    Its own session: Ctrl-C in the terminal reaches us alone, and we stop things in order.
    Called from the main thread: on Linux a child is told of the death of the thread that made it.
    """
    small = log.exists() and log.stat().st_size < _LOG_LIMIT_BYTES
    with log.open("ab" if small else "wb") as output:
        log.chmod(0o600)
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            start_new_session=True,
            preexec_fn=_die_with_parent(stop_signal),  # noqa: PLW1509
            **account.arguments(),
        )
    return Child(name=name, process=process, log=log, stop_signal=stop_signal)


def _die_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """Return what makes a Linux child receive `stop_signal` when we are killed."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)

    def ask() -> None:
        library.prctl(_PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)

    return ask


async def end_leftover(pid: int, *, having: str, stop_signal: signal.Signals) -> None:
    """End the process `pid` of a killed run, recognised by `having` in its command line."""
    try:
        process = psutil.Process(pid)
        ours = any(having in part for part in process.cmdline())
    except psutil.Error:
        return
    if not ours:
        return
    for step in (stop_signal, signal.SIGTERM, getattr(signal, "SIGQUIT", signal.SIGTERM)):
        try:
            process.send_signal(step)
            await asyncio.to_thread(process.wait, 10)
        except psutil.TimeoutExpired:
            continue
        except psutil.NoSuchProcess:
            return
        return
