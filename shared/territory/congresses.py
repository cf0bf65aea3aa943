"""Recurring congresses where students and professionals are met, as published."""

from dataclasses import dataclass
from typing import Any

from shared.territory import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Congress:
    """A congress; `verified` (« verifie » in the file) is False when no source was found."""

    name: str
    organiser: str | None
    audience: str | None
    periodicity: str | None
    place: str | None
    attendance: str | None
    editions: tuple[str, ...]
    note: str | None
    verified: bool
    source: str


def load_congresses() -> tuple[Congress, ...]:
    """Every congress of the file, in its order."""
    return tuple(_congress(entry) for entry in files.document("congres.json"))


def _congress(entry: dict[str, Any]) -> Congress:
    return Congress(
        name=entry["nom"],
        organiser=entry.get("organisateur"),
        audience=entry.get("public"),
        periodicity=entry.get("periodicite"),
        place=entry.get("lieu_observe"),
        attendance=entry.get("affluence_citee"),
        editions=tuple(entry.get("editions_citees", ())),
        note=entry.get("note"),
        verified=entry["verifie"],
        source=entry["source"],
    )
