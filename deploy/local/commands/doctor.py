"""Dire ce qui manque sur cette machine et comment l’obtenir."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from deploy.local import nats, postgres
from deploy.local.browser import INSTALL, find_chromium
from deploy.local.ports import is_free
from deploy.local.refusal import CannotRun
from deploy.local.state import ROOT, State, resolve_folder

_WANTED_DISK_GIB: Final = 2
_DEFAULT_PORT: Final = 8041


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at: what it is, whether it is well, and what to do when it is not."""

    subject: str
    found: str
    remedy: str | None = None
    needed: bool = True


def arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb."""
    parser.add_argument("--data", metavar="DOSSIER", help="le dossier de données à examiner")


def run(options: argparse.Namespace) -> int:
    """Print every finding; return 1 when something that `up` or `test` needs is missing."""
    missing = 0
    for finding in _findings(options.data):
        mark = "ok    " if finding.remedy is None else ("MANQUE" if finding.needed else "à voir")
        print(f"{mark}  {finding.subject} : {finding.found}")
        if finding.remedy is not None:
            print(f"        → {finding.remedy}")
            missing += finding.needed
    return 1 if missing else 0


def _findings(data: str | None) -> Iterator[Finding]:
    yield Finding(subject="Python", found=sys.version.split()[0])
    yield _program("PostgreSQL", postgres.find_programs(), "apt-get install -y postgresql")
    yield _program("NATS", nats.find_program(), "apt-get install -y nats-server")
    yield _program("Chromium (tests)", find_chromium(), INSTALL)
    pages = ROOT / "node_modules" / "@tabler" / "core"
    yield _program("Styles et polices", pages if pages.exists() else None, "relancez ./ancrage up")
    yield _data_folder(data)
    yield _disk()
    yield _port()
    yield _account()


def _program(subject: str, path: object, remedy: str) -> Finding:
    if path is None:
        return Finding(subject=subject, found="introuvable", remedy=remedy)
    return Finding(subject=subject, found=str(path))


def _data_folder(data: str | None) -> Finding:
    folder = resolve_folder(data)
    try:
        state = State.open(folder)
    except CannotRun as refusal:
        return Finding(subject="Dossier de données", found="inutilisable", remedy=str(refusal))
    running = state.running()
    servers = state.note("server_folder")
    found = f"{folder}" + (f" (bases dans {servers})" if servers else "")
    if running:
        found += f", Ancrage y tourne : {running['address']}"
    return Finding(subject="Dossier de données", found=found)


def _disk() -> Finding:
    free = shutil.disk_usage(ROOT).free / 2**30
    return Finding(
        subject="Place sur le disque",
        found=f"{free:.0f} Gio libres",
        remedy=None if free >= _WANTED_DISK_GIB else f"libérez {_WANTED_DISK_GIB} Gio",
    )


def _port() -> Finding:
    if is_free(_DEFAULT_PORT):
        return Finding(subject="Port", found=f"{_DEFAULT_PORT} libre")
    return Finding(
        subject="Port",
        found=f"{_DEFAULT_PORT} occupé",
        remedy="sans --port, « up » prendra le suivant",
        needed=False,
    )


def _account() -> Finding:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Finding(
            subject="Compte",
            found="root",
            remedy="un compte ordinaire est préférable ; les bases tourneront sous « nobody »",
            needed=False,
        )
    return Finding(subject="Compte", found="ordinaire")
