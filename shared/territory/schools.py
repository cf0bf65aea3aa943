"""Schools that train health professionals around the Loir-et-Cher, as published."""

from dataclasses import dataclass
from typing import Any

from shared.territory import files


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A training place; `verified` (« verifie » in the file) is False when no source was found."""

    name: str
    city: str
    department: str
    kind: str
    capacity: int | None
    opening: str | None
    verified: bool
    source: str


def load_schools() -> tuple[School, ...]:
    """Every school of the file, in its order."""
    return tuple(_school(entry) for entry in files.document("formations-sante.json"))


def _school(entry: dict[str, Any]) -> School:
    return School(
        name=entry["nom"],
        city=entry["ville"],
        department=entry["departement"],
        kind=entry["type"],
        capacity=entry.get("capacite"),
        opening=entry.get("ouverture"),
        verified=entry["verifie"],
        source=entry["source"],
    )
