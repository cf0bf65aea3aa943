"""`./ancrage` itself: what it says when something outside Ancrage is missing."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.state import ROOT

_NOWHERE = "http://127.0.0.1:9"


def _run(
    *arguments: str, launcher: Path = ROOT / "ancrage", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(launcher), *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        cwd=launcher.parent,
        timeout=100,
    )


def test_the_help_is_in_french_and_names_every_verb() -> None:
    done = _run("--help")
    assert done.returncode == 0
    for verb in ("up", "test", "check", "token", "bench", "doctor"):
        assert f"\n  {verb} " in done.stdout
    assert "show this help" not in done.stdout


def test_a_taken_port_gets_one_sentence_and_code_2(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = _run("up", "--port", port, "--data", str(tmp_path / "d"))
    assert done.returncode == 2
    assert done.stderr == (
        f"Le port {port} est déjà pris ou interdit : choisissez-en un autre avec --port.\n"
    )


def test_a_folder_that_cannot_be_written_gets_one_sentence_and_code_2() -> None:
    done = _run("up", "--data", "/proc/ancrage")
    assert done.returncode == 2
    assert done.stderr.startswith("Impossible d’écrire dans le dossier /proc/ancrage")
    assert done.stderr.count("\n") == 1


def test_a_token_asks_for_a_running_platform(tmp_path: Path) -> None:
    done = _run("token", "admin", "--data", str(tmp_path / "rien"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "lancez d’abord ./ancrage up" in done.stderr


def test_tests_without_chromium_fail_with_the_command_that_installs_it() -> None:
    done = _run("test", CHROMIUM="/nulle/part")
    assert done.returncode == 2
    assert "apt-get install -y chromium" in done.stderr


@pytest.fixture
def fresh_clone(tmp_path: Path) -> Path:
    clone = tmp_path / "clone avec espaces"
    clone.mkdir()
    for name in ("ancrage", "requirements.lock", "requirements-dev.lock", "package-lock.json"):
        shutil.copy2(ROOT / name, clone / name)
    return clone


def test_without_network_a_fresh_clone_says_so(fresh_clone: Path, tmp_path: Path) -> None:
    done = _run(
        "doctor",
        launcher=fresh_clone / "ancrage",
        HTTPS_PROXY=_NOWHERE,
        HTTP_PROXY=_NOWHERE,
        ALL_PROXY=_NOWHERE,
        UV_CACHE_DIR=str(tmp_path / "cache"),
        UV_HTTP_RETRIES="0",
        PIP_RETRIES="0",
        HOME=str(tmp_path),
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "Pas de réseau pour installer l’environnement : connectez cette machine puis recommencez."
    )
    assert not (fresh_clone / ".venv" / "ancrage-run.stamp").exists()
