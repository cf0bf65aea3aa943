"""From raw lines to a sheet: the line of titles, the contacts, and what is left aside."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from services.prospection.domain.column_titles import Field, recognise
from services.prospection.gateways.sheet import (
    IgnoredLine,
    Limits,
    MissingResult,
    RawRow,
    Sheet,
    SheetRow,
    TooManyColumns,
    TooManyLines,
)

_NAMES: Final = frozenset({Field.LAST_NAME, Field.FULL_NAME, Field.FIRST_NAME})
_TOTAL = re.compile(
    r"\s*(?:sous[- ]?total|total|totaux|somme|effectif|nombre|nb)\b[^@]{0,60}", re.IGNORECASE
)
_TOTAL_LETTERS: Final = frozenset("tsenTSEN \u00a0")
_ERRORS: Final = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#VALEUR!", "#DIV/0!", "#NAME?", "#NOM?", "#NULL!", "#NUL!",
     "#NUM!", "#NOMBRE!", "#SPILL!", "#CALC!"}
)  # fmt: skip


class Titles(NamedTuple):
    """The line of titles: its number, its columns, how many were recognised."""

    line: int
    columns: tuple[str, ...]
    score: int


def find_titles(rows: Iterable[RawRow], limits: Limits) -> Titles | None:
    """The line with the most recognised titles, a name among them, near the top."""
    best: Titles | None = None
    looked_at = 0
    for number, values in rows:
        texts = [value.strip() if isinstance(value, str) else "" for value in values]
        if not any(texts):
            continue
        found = {recognise(text) for text in texts if text} - {None}
        if found & _NAMES and (best is None or len(found) > best.score):
            best = Titles(number, _columns(texts), len(found))
        looked_at += 1
        if looked_at >= limits.header_within:
            break
    return best


def _columns(texts: Sequence[str]) -> tuple[str, ...]:
    """Titles of columns made unique, the empty ones at the end left out."""
    columns: list[str] = []
    filled = max(rank for rank, text in enumerate(texts) if text) + 1
    for rank, text in enumerate(texts[:filled]):
        title = " ".join(text.split())[:200] or f"Colonne {rank + 1}"
        same = sum(1 for other in columns if other == title or other.startswith(f"{title} ("))
        columns.append(f"{title} ({same + 1})" if same else title)
    return tuple(columns)


def read_lines(rows: Iterable[RawRow], titles: Titles, limits: Limits) -> Sheet:
    """Every line under the titles. Raises TooManyLines and TooManyColumns."""
    if len(titles.columns) > limits.columns:
        raise TooManyColumns(f"Ce fichier a plus de {limits.columns} colonnes.")
    reader = _Lines(titles.columns, limits)
    for number, values in rows:
        if number > titles.line:
            reader.take(number, values)
    return Sheet(
        columns=titles.columns,
        rows=tuple(reader.rows),
        ignored=tuple(reader.ignored),
        empty_lines=reader.waiting_blanks[0],
        header_line=titles.line,
    )


class _Lines:
    """Sorts the lines that come: contacts, ignored, empty (those at the end do not count)."""

    def __init__(self, columns: tuple[str, ...], limits: Limits) -> None:
        self.columns = columns
        self.limits = limits
        self.never_kept = {c for c in columns if recognise(c) is Field.NEVER_KEPT}
        self.useful = {c for c in columns if recognise(c) is not None}
        self.rows: list[SheetRow] = []
        self.ignored: list[IgnoredLine] = []
        self.waiting_blanks = [0, 0]

    def take(self, number: int, values: Sequence[object]) -> None:
        """One more line. Raises TooManyLines."""
        columns = self.columns
        cells = {
            title: value
            for title, value in zip(columns, values, strict=False)
            if value is not None and value != "" and title not in self.never_kept
        }
        extra = len(values) > len(columns) and any(_filled(v) for v in values[len(columns) :])
        if not extra and not any(_filled(value) for value in cells.values()):
            self.waiting_blanks[1] += 1
            return
        self.waiting_blanks = [sum(self.waiting_blanks), 0]
        reason = None if extra else self._aside(cells)
        if reason is not None:
            self.ignored.append(IgnoredLine(number, reason))
            return
        if len(self.rows) >= self.limits.lines:
            raise TooManyLines(
                f"Ce fichier a plus de {_spaced(self.limits.lines)} lignes. "
                "Coupez-le en plusieurs fichiers."
            )
        problems = self._problems(cells)
        if extra:
            problems.append(_too_many_cells(len(columns)))
        self.rows.append(SheetRow(number, cells, tuple(problems)))

    def _aside(self, cells: dict[str, object]) -> str | None:
        """Why this line is no contact, or None."""
        first = next(iter(cells.values()))
        if not isinstance(first, str):
            return None
        if first[0] in _TOTAL_LETTERS and _TOTAL.fullmatch(first) and _only_figures(cells):
            return "Ligne de total."
        if len(cells) > 1 and all(
            isinstance(value, str) and " ".join(value.split()) == title
            for title, value in cells.items()
        ):
            return "Titres répétés."
        return None

    def _problems(self, cells: dict[str, object]) -> list[str]:
        """What is wrong with the cells that are read; those that cannot be are taken out."""
        found: list[str] = []
        for title, value in list(cells.items()):
            if isinstance(value, str):
                short = len(value) <= self.limits.cell_characters
                if short and value[0] != "#" and "\n" not in value:
                    continue
                problem = self._problem_of_text(title, value)
            elif isinstance(value, MissingResult):
                problem = (
                    f"La cellule «\u00a0{title}\u00a0» contient une formule sans résultat "
                    "enregistré\u00a0: remplacez-la par sa valeur."
                )
            else:
                continue
            if problem is not None:
                del cells[title]
                if title in self.useful:
                    found.append(problem)
        return found

    def _problem_of_text(self, title: str, value: str) -> str | None:
        where = f"La cellule «\u00a0{title}\u00a0»"
        longest = self.limits.cell_characters
        if len(value) > longest:
            return (
                f"{where} est trop longue\u00a0: {_spaced(len(value))} caractères, "
                f"{_spaced(longest)} au plus."
            )
        if value in _ERRORS:
            return f"{where} contient une erreur de tableur ({value})."
        if value.strip().count("\n") > 1 and recognise(title) is not Field.NOTES:
            return f"{where} contient plusieurs lignes\u00a0: un guillemet est sans doute en trop."
        return None


def _too_many_cells(columns: int) -> str:
    return (
        f"La ligne a plus de cellules que de titres ({columns})\u00a0: un séparateur est sans "
        "doute resté dans un texte sans guillemets."
    )


def _filled(value: object) -> bool:
    if isinstance(value, str):
        return bool(value) and not value.isspace()
    return value is not None


def _only_figures(cells: dict[str, object]) -> bool:
    """Whether no cell after the first holds words."""
    others = list(cells.values())[1:]
    return not any(
        isinstance(value, str) and value[0] != "=" and any(letter.isalpha() for letter in value)
        for value in others
    )


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
