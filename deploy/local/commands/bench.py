"""Mesurer la plateforme : un tableau à l’écran, et les mêmes lignes en JSON."""

import argparse
import asyncio
import importlib
import inspect
import json
import os
import pkgutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from deploy.local import bench as benches
from deploy.local.loop import loop_factory
from deploy.local.measures import machine
from deploy.local.measures_page import COLUMNS, PAGE, TITLES, shown, write_section
from deploy.local.refusal import CannotRun
from deploy.local.state import ROOT


def arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb; the names are those of the modules of `deploy.local.bench`."""
    names = sorted(module.name.rstrip("_") for module in pkgutil.iter_modules(benches.__path__))
    parser.add_argument("name", metavar="NOM", choices=names, help=", ".join(names) or "aucune")
    parser.add_argument("--json", metavar="FICHIER", help="où écrire les résultats")
    parser.add_argument(
        "--scale", metavar="N", type=float, default=1.0, help="la taille (1 : la mesure entière)"
    )
    parser.add_argument(
        "--write-docs", action="store_true", help=f"écrire les résultats dans {PAGE}"
    )


def run(options: argparse.Namespace) -> int:
    """Run the measure; return 1 when a bar is missed."""
    if not 0 < options.scale <= 1:
        raise CannotRun("--scale va de 0 (exclu) à 1, la mesure entière.")
    if options.write_docs and options.scale != 1:
        raise CannotRun(f"La page {PAGE} ne reçoit que des mesures entières : ôtez --scale.")
    module = _module(options.name)
    where = machine(datetime.now().astimezone())
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        rows = runner.run(_measure(module, options.scale))
    print(table(rows))
    if options.json:
        _write(Path(os.environ.get("ANCRAGE_TYPED_IN", ".")) / options.json, rows)
    if options.write_docs:
        what = (module.__doc__ or "").strip()
        write_section(ROOT / PAGE, options.name, what, where, rows)
    return 0 if all(row["ok"] for row in rows) else 1


async def _measure(module: Any, scale: float) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]]
    if "scale" in inspect.signature(module.run).parameters:
        rows = await module.run(scale)
    elif scale == 1:
        rows = await module.run()
    else:
        raise CannotRun("Cette mesure n’a qu’une taille : ôtez --scale.")
    return rows


def _module(name: str) -> Any:
    """The module of a bench; a word of the language (`import`) is followed by « _ »."""
    found = {
        module.name.rstrip("_"): module.name for module in pkgutil.iter_modules(benches.__path__)
    }
    return importlib.import_module(f"deploy.local.bench.{found[name]}")


def _write(target: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    try:
        target.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise CannotRun(f"Impossible d’écrire {target} ({error.strerror}).") from error


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Lay the rows out in columns of text."""
    lines = [TITLES, *(tuple(shown(row[column]) for column in COLUMNS) for row in rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
