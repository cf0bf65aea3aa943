"""Mesurer la plateforme : un tableau à l’écran, et les mêmes lignes en JSON."""

import argparse
import asyncio
import importlib
import json
import os
import pkgutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.local import bench as measures
from deploy.local.refusal import CannotRun

_COLUMNS = ("name", "value", "unit", "against", "ratio", "bar", "ok")
_TITLES = ("mesure", "valeur", "unité", "comparé à", "rapport", "seuil", "tenu")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb; the names are those of the modules of `deploy.local.bench`."""
    names = sorted(module.name for module in pkgutil.iter_modules(measures.__path__))
    parser.add_argument("name", metavar="NOM", choices=names, help=", ".join(names) or "aucune")
    parser.add_argument("--json", metavar="FICHIER", help="où écrire les résultats")


def run(options: argparse.Namespace) -> int:
    """Run the measure; return 1 when a bar is missed."""
    module = importlib.import_module(f"deploy.local.bench.{options.name}")
    rows = asyncio.run(module.run())
    print(table(rows))
    if options.json:
        target = Path(os.environ.get("ANCRAGE_TYPED_IN", ".")) / options.json
        try:
            target.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
        except OSError as error:
            raise CannotRun(f"Impossible d’écrire {target} ({error.strerror}).") from error
    return 0 if all(row["ok"] for row in rows) else 1


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Lay the rows out in columns of text."""
    lines = [_TITLES, *(tuple(_shown(row[column]) for column in _COLUMNS) for row in rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(_COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "oui" if value else "NON"
    if isinstance(value, float):
        return f"{value:.4g}".replace(".", ",")
    return str(value)
