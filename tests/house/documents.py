"""What is read in the pages of `docs/`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.house.tree import ROOT, files

GLOSSARY: Final = Path("docs/glossaire.md")
_CODE: Final = re.compile(r"`([^`]+)`")
_LINK: Final = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the glossary."""

    words: tuple[str, ...]
    meaning: str
    names: tuple[str, ...]
    places: tuple[str, ...]


def glossary(part: str | None = None) -> list[Entry]:
    """The lines of a part of the glossary, or of all of it."""
    found = []
    here = ""
    for line in (ROOT / GLOSSARY).read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            here = line.removeprefix("## ").strip()
        if line.startswith("| ") and (part is None or part == here):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if cells[0] not in {"Mot", "---"}:
                found.append(_entry(cells))
    return found


def _entry(cells: list[str]) -> Entry:
    word, meaning, names, places = cells
    return Entry(
        words=tuple(part.strip() for part in word.split(",")),
        meaning=meaning,
        names=tuple(_CODE.findall(names)),
        places=tuple(_CODE.findall(places)),
    )


def pages() -> list[Path]:
    """Every page in Markdown."""
    return [path for path in files() if path.suffix == ".md"]


def links(path: Path) -> Iterator[str]:
    """The addresses a page leads to, inside the project."""
    text = re.sub(r"```.*?```", "", (ROOT / path).read_text(encoding="utf-8"), flags=re.DOTALL)
    for plain, image in _LINK.findall(text):
        target = plain or image
        if not re.match(r"[a-z]+:", target):
            yield target.split("#")[0]
