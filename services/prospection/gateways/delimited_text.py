"""Contacts in a text with separators: CSV as Excel, LibreOffice and people make it."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from services.prospection.gateways.sheet import EmptyFile, Limits, NoTitles, RawRow, Sheet
from services.prospection.gateways.sheet_lines import Titles, find_titles, read_lines
from services.prospection.gateways.text_encoding import decode

_DELIMITERS: Final = (";", ",", "\t", "|")
_SAMPLE: Final = 256 * 1024
_DECLARED = re.compile(r"sep=(.)\n", re.IGNORECASE)
_RUNAWAY_LINES: Final = 100
"""A quoted cell that holds so many lines is a quote that was never closed."""


def read_text(content: bytes, limits: Limits) -> Sheet:
    """The sheet of a text file. Raises EmptyFile, NotContacts, NoTitles, TooManyLines."""
    decoded = decode(content)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise EmptyFile
    csv.field_size_limit(max(limits.file_bytes, 131_072) + 1)
    warnings = list(decoded.warnings)
    delimiter = _delimiter(text, limits)
    rows_of = _rows
    titles = _titles(_rows, text, delimiter, limits)
    if '"' in text and (titles is None or _runaway(text, delimiter, len(titles.columns))):
        rows_of = _rows_without_quotes
        titles = _titles(rows_of, text, delimiter, limits)
        warnings.append("Un guillemet n'est jamais refermé\u00a0: les guillemets ont été ignorés.")
    if titles is None:
        raise NoTitles
    sheet = read_lines(rows_of(text, delimiter), titles, limits)
    return replace(sheet, encoding=decoded.encoding, delimiter=delimiter, warnings=tuple(warnings))


def _rows(text: str, delimiter: str) -> Iterator[RawRow]:
    """Records numbered as a spreadsheet numbers its lines."""
    source, start = _source(text)
    return enumerate(csv.reader(source, delimiter=delimiter, skipinitialspace=True), start)


def _rows_without_quotes(text: str, delimiter: str) -> Iterator[RawRow]:
    source, start = _source(text)
    reader = csv.reader(source, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    for number, cells in enumerate(reader, start):
        yield number, [cell.strip().strip('"').replace('""', '"') for cell in cells]


def _source(text: str) -> tuple[io.StringIO, int]:
    """The text after the « sep=; » that Excel writes, and the number of its first line."""
    source = io.StringIO(text, newline="\n")
    if _DECLARED.match(text):
        source.readline()
        return source, 2
    return source, 1


def _titles(
    rows_of: Callable[[str, str], Iterator[RawRow]], text: str, delimiter: str, limits: Limits
) -> Titles | None:
    return find_titles(islice(rows_of(text[:_SAMPLE], delimiter), 500), limits)


def _delimiter(text: str, limits: Limits) -> str:
    """The separator under which the most titles are recognised, then the most even one."""
    declared = _DECLARED.match(text)
    if declared and declared.group(1) in _DELIMITERS:
        return declared.group(1)

    def quality(delimiter: str) -> tuple[int, int]:
        titles = _titles(_rows, text, delimiter, limits)
        return (titles.score, len(titles.columns)) if titles else (0, 0)

    return max(_DELIMITERS, key=quality)


def _runaway(text: str, delimiter: str, columns: int) -> bool:
    """Whether a quote opened by mistake swallows whole lines into one cell."""
    for _, cells in _rows(text, delimiter):
        for cell in cells:
            if "\n" not in str(cell):
                continue
            lines = str(cell).count("\n")
            separators = str(cell).count(delimiter)
            if lines >= _RUNAWAY_LINES and separators >= lines:
                return True
            if columns > 2 and lines > 2 and separators >= (lines - 1) * (columns - 1):
                return True
    return False
