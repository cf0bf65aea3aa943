"""Lancer les tests : PostgreSQL, NATS, SMTP et Chromium réels."""

import argparse
import subprocess
import sys

from deploy.local.browser import INSTALL, find_chromium
from deploy.local.refusal import CannotRun
from deploy.local.state import ROOT

PASSES_ARGUMENTS_ON = True


def arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb; what it does not know goes to pytest."""
    parser.usage = "./ancrage test [arguments de pytest]"


def run(options: argparse.Namespace) -> int:
    """Run pytest on the whole tree, or on what the arguments say; return its exit code.

    The whole tree goes in two processes, each with its own servers: most tests wait for
    something, and two cores are then better used.
    """
    if find_chromium() is None:
        raise CannotRun(
            f"Chromium manque : les tests ouvrent de vraies pages. Installez-le : {INSTALL}"
        )
    narrowed = any(not word.startswith("-") for word in options.rest)
    together = [] if narrowed else ["-n", "2", "--dist", "loadfile"]
    return subprocess.call([sys.executable, "-m", "pytest", *together, *options.rest], cwd=ROOT)
