"""Read a file of contacts to the end, and say what each column and each line is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.prospection.domain.column_titles import ColumnMap, Field, map_columns
from services.prospection.domain.contact_line import normalise
from services.prospection.domain.importing import LineState
from services.prospection.domain.planning import PlannedLine, plan
from services.prospection.gateways.spreadsheet import SheetRow, read_rows

_LONGEST_KEPT_CELL = 500
NOT_READ = "ignorer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """What the file holds: its columns with the field each stands for, its planned lines."""

    columns: list[dict[str, Any]]
    lines: list[PlannedLine]
    warnings: list[str]


def read_file(
    content: bytes, filename: str, *, mapping: Mapping[str, str], default_role: str
) -> ReadFile:
    """Parse, normalise and find doubles; takes seconds for the largest: call it in a thread.

    `mapping` says, by title, which field staff chose; other columns are recognised by their
    title. Raises a subclass of UnreadableFile when the whole file is refused.
    """
    sheet = read_rows(content, filename)
    columns = chosen_columns(sheet.columns, mapping)
    read = [normalise(row.number, row.cells, columns, row.problems) for row in sheet.rows]
    lines = plan(read)
    for line, row in zip(lines, sheet.rows, strict=True):
        _complete(line, row, default_role)
    lines += [
        PlannedLine(line=one.number, state=LineState.REFUSED, reason=one.reason)
        for one in sheet.ignored
    ]
    lines.sort(key=lambda line: line.line)
    warnings = [*sheet.warnings, *columns.warnings]
    return ReadFile(
        columns=_described(sheet.columns, columns, sheet.rows), lines=lines, warnings=warnings
    )


def chosen_columns(titles: tuple[str, ...], mapping: Mapping[str, str]) -> ColumnMap:
    """What each column means: the choice of staff first, else its title."""
    known = map_columns(titles)
    if not mapping:
        return known
    fields: dict[Field, list[str]] = {}
    for title in titles:
        field = _field_of(title, known, mapping)
        if field is not None:
            fields.setdefault(field, []).append(title)
    return replace(known, fields={field: tuple(names) for field, names in fields.items()})


def _field_of(title: str, known: ColumnMap, mapping: Mapping[str, str]) -> Field | None:
    chosen = mapping.get(title)
    if chosen == NOT_READ:
        return None
    if chosen and chosen in set(Field) - {Field.NEVER_KEPT}:
        return Field(chosen)
    return next((field for field, names in known.fields.items() if title in names), None)


def _complete(line: PlannedLine, row: SheetRow, default_role: str) -> None:
    if line.state is LineState.REFUSED:
        cells = {str(title): str(cell) for title, cell in row.cells.items()}
        line.details = {"cells": {t: cell[:_LONGEST_KEPT_CELL] for t, cell in cells.items()}}
    else:
        line.role = line.role or default_role


def _described(
    titles: tuple[str, ...], columns: ColumnMap, rows: tuple[SheetRow, ...]
) -> list[dict[str, Any]]:
    by_title = {title: field for field, names in columns.fields.items() for title in names}
    described = []
    for title in titles:
        field = by_title.get(title)
        example = next((row.cells[title] for row in rows if row.cells.get(title)), None)
        described.append(
            {
                "title": title,
                "field": field.value if field else None,
                "example": str(example)[:60] if example is not None and field else None,
            }
        )
    return described
