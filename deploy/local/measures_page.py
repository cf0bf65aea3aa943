"""The page of the measures, `docs/mesures.md`: each bench writes its own section, nobody else."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

PAGE: Final = Path("docs/mesures.md")
COLUMNS: Final = ("name", "value", "unit", "against", "ratio", "bar", "ok")
TITLES: Final = ("mesure", "valeur", "unité", "comparé à", "rapport", "seuil", "tenu")
_HEAD: Final = """# Mesures

Page écrite par `./ancrage bench NOM --write-docs`, section par section : aucun chiffre n’y est
saisi à la main. Le rapport est la valeur divisée par ce à quoi elle est comparée, dans le même
essai ; le seuil porte sur le rapport quand il y en a un, sinon sur la valeur.
"""


def write_section(page: Path, name: str, what: str, where: str, rows: Sequence[Any]) -> None:
    """Write, or write again, the section of a bench; the others stay as they are.

    `what` says in a sentence what is measured, `where` on which machine and when.
    """
    text = page.read_text(encoding="utf-8") if page.exists() else _HEAD
    begins, ends = f"<!-- bench {name} -->", f"<!-- /bench {name} -->"
    lines = [begins, f"## `./ancrage bench {name}`", "", what, "", where, ""]
    section = "\n".join([*lines, *_table(rows), ends])
    known = re.compile(f"{re.escape(begins)}.*?{re.escape(ends)}", re.DOTALL)
    if known.search(text):
        text = known.sub(lambda _: section, text)
    else:
        text = f"{text.rstrip()}\n\n{section}\n"
    page.write_text(text, encoding="utf-8")


def shown(value: object) -> str:
    """Show a cell as French people read it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "oui" if value else "NON"
    if isinstance(value, float):
        text = f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.4g}"
        return text.replace(",", "\u202f").replace(".", ",")
    return str(value)


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    cells = [[shown(row[column]) for column in COLUMNS] for row in rows]
    marks = ["---", "---:", "---", "---:", "---:", "---:", "---"]
    return [f"| {' | '.join(line)} |" for line in (TITLES, marks, *cells)]
