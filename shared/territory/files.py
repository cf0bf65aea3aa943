"""The open data files as they lie in the folder, read and fingerprinted."""

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"

SEEDED = (
    "communes-41.csv",
    "communes-voisines.csv",
    "epci-41.csv",
    "apl-generalistes-41.csv",
    "secteurs-mdcs-hypothese.csv",
    "communes-deleguees-41.csv",
)


def path(name: str) -> Path:
    """Where the file `name` lies, for the pages that serve outlines to a map."""
    return FOLDER / name


def table(name: str) -> list[dict[str, str]]:
    """The lines of a CSV file, by title of column."""
    text = path(name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def document(name: str) -> Any:
    """The content of a JSON file."""
    return json.loads(path(name).read_bytes())


def fingerprint() -> str:
    """A version that changes when a seeded file changes, even by one character."""
    digest = hashlib.sha256()
    for name in SEEDED:
        digest.update(path(name).read_bytes())
    return digest.hexdigest()[:16]
