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
    """Run pytest on the whole tree, or on what the arguments say; return its exit code."""
    if find_chromium() is None:
        raise CannotRun(
            f"Chromium manque : les tests ouvrent de vraies pages. Installez-le : {INSTALL}"
        )
    return subprocess.call([sys.executable, "-m", "pytest", *options.rest], cwd=ROOT)
