"""Processes of the services: started again when they die, stopped together."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil

from deploy.local.supervisor import Supervisor

_MODULE = "tests.deploy.sleeper"


async def _until(seen: Callable[[], bool], limit: float = 15.0) -> None:
    async with asyncio.timeout(limit):
        while not seen():
            await asyncio.sleep(0.02)


async def test_a_process_that_dies_is_started_again_and_told_in_french(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor({"events": dict(os.environ)}, tmp_path, said.append, _MODULE)
    supervisor.start()
    first = supervisor.pids()["events"]
    os.kill(first, signal.SIGKILL)
    await _until(lambda: supervisor.pids()["events"] != first)
    second = supervisor.pids()["events"]
    assert psutil.pid_exists(second)
    await supervisor.stop()
    assert not psutil.pid_exists(second)
    assert said == ["Le service events s’est arrêté : nouvel essai dans 0,5 s."]
