"""The command `up`: killed, started again, stopped, even when nobody reads what it says."""

import os
import signal
import subprocess
from pathlib import Path

import httpx
import psutil
import pytest

from tests.journeys.conftest import start_platform, stop_platform

pytestmark = pytest.mark.platform


@pytest.mark.timeout(300)
def test_a_killed_platform_leaves_nothing_running_and_starts_again(open_folder: Path) -> None:
    first = start_platform(open_folder / "data", "--no-demo")
    children = psutil.Process(first.process.pid).children(recursive=True)
    os.kill(first.process.pid, signal.SIGKILL)
    first.process.communicate()
    _, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []
    again = start_platform(open_folder / "data", "--no-demo")
    try:
        assert httpx.get(f"{again.base_url}/events/sante/pret").status_code == 200
    finally:
        assert stop_platform(again) == 0


@pytest.mark.timeout(200)
def test_it_stops_even_when_its_terminal_is_gone(open_folder: Path) -> None:
    running = start_platform(open_folder / "data", "--no-demo")
    assert running.process.stdout is not None
    running.process.stdout.close()
    running.process.send_signal(signal.SIGTERM)
    try:
        running.process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        running.process.kill()
        raise
    assert running.process.returncode in {0, 120}  # 120: Python could not flush what it said
