"""The whole platform, started once a session by its own command on data of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.local.commands.token import mint_for
from deploy.local.mailbox import Mail, Mailbox
from deploy.local.ports import free_port
from deploy.local.state import ROOT, State
from tests.conftest import make_open_folder

_START_LIMIT_SECONDS = 60.0
_MAIL_LIMIT_SECONDS = 15.0


@dataclass(frozen=True, kw_only=True)
class Platform:
    """A running platform: its address, its data folder, its process."""

    base_url: str
    folder: Path
    process: subprocess.Popen[str]

    def token(self, role: str) -> str:
        """Return a bearer token of that role."""
        return mint_for(State.open(self.folder), role)

    def headers(self, role: str) -> dict[str, str]:
        """Return the header that signs a request of that role."""
        return {"Authorization": f"Bearer {self.token(role)}"}

    @property
    def spans(self) -> list[dict[str, Any]]:
        """The spans written so far by every service."""
        lines = (self.folder.parent / "spans.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.endswith("}")]

    @property
    def mailbox(self) -> Mailbox:
        """The mails that were sent."""
        return Mailbox(self.folder / "courrier")

    def mail_to(self, recipient: str, about: str = "") -> Mail:
        """Wait for a mail to that address whose subject holds these words, and open the newest."""
        end = time.monotonic() + _MAIL_LIMIT_SECONDS
        while time.monotonic() < end:
            for head in self.mailbox.newest(f"{recipient} {about}"):
                mail = self.mailbox.open(head.mail_id)
                if mail is not None:
                    return mail
            time.sleep(0.05)
        raise AssertionError(f"no mail about {about!r} within {_MAIL_LIMIT_SECONDS:.0f} s")


def start_platform(folder: Path, *arguments: str) -> Platform:
    """Start `up` on `folder` and wait for its address; fails with its words when it ends first."""
    command = [sys.executable, "-m", "deploy.local.cli", "up"]
    process = subprocess.Popen(
        [*command, "--port", str(free_port()), "--data", str(folder), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={
            **os.environ,
            "PYTHONWARNINGS": "default",
            "ANCRAGE_SPANS_FILE": str(folder.parent / "spans.jsonl"),
        },
    )
    said = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if line.startswith("Ancrage : "):
            address = line.removeprefix("Ancrage : ").strip()
            return Platform(base_url=address, folder=folder, process=process)
    process.communicate()
    raise AssertionError("the platform did not start:\n" + "".join(said))


def stop_platform(platform: Platform) -> int:
    """Stop it as Ctrl-C does and return its exit code."""
    platform.process.send_signal(signal.SIGTERM)
    output, _ = platform.process.communicate(timeout=_START_LIMIT_SECONDS)
    del output
    return platform.process.returncode


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """Give the platform of the session, with the demonstration data."""
    folder = make_open_folder()
    running = start_platform(folder / "data")
    try:
        yield running
    finally:
        stop_platform(running)
        shutil.rmtree(folder)
