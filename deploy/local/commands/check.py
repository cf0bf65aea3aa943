"""Vérifier la forme du code, les types, les couches et les règles de la maison."""

import argparse
import subprocess
import sys
import time
from typing import Final

from deploy.local.state import ROOT

_PYTHON: Final = sys.executable
_CHECKS: Final = (
    ("mise en forme", [_PYTHON, "-m", "ruff", "format", "--check", ".", "ancrage"]),
    ("règles d’écriture", [_PYTHON, "-m", "ruff", "check", ".", "ancrage"]),
    ("types", [_PYTHON, "-m", "mypy", "."]),
    (
        "couches",
        [_PYTHON, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
    ),
    ("règles de la maison", [_PYTHON, "-m", "pytest", "-q", "-m", "house", "tests"]),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb: it takes nothing."""
    parser.usage = "./ancrage check"


def run(options: argparse.Namespace) -> int:  # noqa: ARG001
    """Run every check, show what fails, and return 1 when one does."""
    failed = 0
    for name, command in _CHECKS:
        begun = time.monotonic()
        done = subprocess.run(
            command, check=False, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        took = f"{time.monotonic() - begun:.1f} s".replace(".", ",")
        print(f"{name} : {'échec' if done.returncode else 'ok'} ({took})", flush=True)
        if done.returncode:
            failed += 1
            print(done.stdout + done.stderr, flush=True)
    return 1 if failed else 0
