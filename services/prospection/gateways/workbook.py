"""Contacts in an XLSX workbook, opened only when what it unfolds to is reasonable."""

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import ParseError

from services.prospection.gateways.sheet import (
    MISSING_RESULT,
    DamagedWorkbook,
    Limits,
    NotContacts,
    NoTitles,
    RawRow,
    Sheet,
    WorkbookTooLarge,
)
from services.prospection.gateways.sheet_lines import Titles, find_titles, read_lines

if TYPE_CHECKING:
    from openpyxl import Workbook

_LAST_ROW: Final = 1_048_576
_SMALL: Final = 5 * 1024 * 1024
_FORMULA: Final = re.compile(rb"<f[ >/]|:f[ >/]")
_DAMAGES: Final = (
    KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, RuntimeError,
    NotImplementedError, AssertionError, EOFError, OSError, MemoryError, struct.error, zlib.error,
    zipfile.BadZipFile, zipfile.LargeZipFile, ParseError,
)  # fmt: skip
"""What a broken or hostile workbook makes the libraries raise."""


def read_workbook(content: bytes, limits: Limits) -> Sheet:
    """The first visible sheet with titles.

    Raises DamagedWorkbook, WorkbookTooLarge, NotContacts, NoTitles, TooManyLines, TooManyColumns.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check(archive, len(content), limits)
            formulas = _has_formulas(archive)
        return _read(content, limits, formulas=formulas)
    except _DAMAGES as damage:
        raise DamagedWorkbook from damage


def _check(archive: zipfile.ZipFile, size: int, limits: Limits) -> None:
    """Refuse, before unpacking anything, what is no workbook or unfolds to too much."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > limits.unpacked_entries or unpacked > limits.unpacked_bytes:
        raise WorkbookTooLarge
    if unpacked > _SMALL and unpacked > size * limits.unpacked_ratio:
        raise WorkbookTooLarge
    names = set(archive.namelist())
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return
    if "mimetype" in names or "word/document.xml" in names:
        raise NotContacts(
            "Ce fichier est un document d'un autre logiciel (OpenDocument ou Word). "
            "Enregistrez la liste au format XLSX ou CSV."
        )
    raise NotContacts(
        "Ce fichier est une archive, pas un classeur. Importez le fichier XLSX ou CSV."
    )


def _has_formulas(archive: zipfile.ZipFile) -> bool:
    """Whether a sheet holds a formula: only then is the workbook read twice."""
    for name in archive.namelist():
        if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
            continue
        with archive.open(name) as part:
            tail = b""
            while block := part.read(1 << 20):
                if _FORMULA.search(tail + block):
                    return True
                tail = block[-4:]
    return False


def _open(content: bytes, *, results: bool) -> "Workbook":
    from openpyxl import load_workbook

    # openpyxl warns about styles and extensions, none of which matter to a list of contacts.
    warnings.filterwarnings("ignore", module="openpyxl")
    return load_workbook(
        io.BytesIO(content), read_only=True, data_only=results, keep_links=False, keep_vba=False
    )


def _read(content: bytes, limits: Limits, *, formulas: bool) -> Sheet:
    book = _open(content, results=True)
    try:
        found = _sheets_with_titles(book, limits)
        if not found:
            raise NoTitles
        rank, titles = found[0]
        columns = min(len(titles.columns), limits.columns) + 1
        rows = _rows(book.worksheets[rank], columns)
        if formulas:
            rows = _with_missing(
                rows, _rows(_open(content, results=False).worksheets[rank], columns)
            )
        sheet = read_lines(rows, titles, limits)
        others = [book.worksheets[other].title for other, _ in found[1:]]
        notices = tuple(f"La feuille «\u00a0{name}\u00a0» n'est pas lue." for name in others)
        return replace(sheet, sheet_name=book.worksheets[rank].title, warnings=notices)
    finally:
        book.close()


def _sheets_with_titles(book: "Workbook", limits: Limits) -> list[tuple[int, Titles]]:
    found = []
    for rank, sheet in enumerate(book.worksheets):
        if sheet.sheet_state != "visible":
            continue
        top = islice(_rows(sheet, limits.columns + 1), 500)
        titles = find_titles(top, limits)
        if titles is not None:
            found.append((rank, titles))
    return found


def _rows(sheet: Any, columns: int) -> Iterator[RawRow]:
    """Lines with their number; what the sheet claims of its own size is not believed."""
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=columns, max_row=_LAST_ROW, values_only=True)
    return enumerate(rows, 1)


def _with_missing(results: Iterator[RawRow], formulas: Iterator[RawRow]) -> Iterator[RawRow]:
    """The same lines, where a formula without result is told from an empty cell."""
    for (number, values), (_, written) in zip(results, formulas, strict=False):
        yield number, _marked(values, written)


def _marked(values: Sequence[object], written: Sequence[object]) -> Sequence[object]:
    return [
        MISSING_RESULT if value is None and text is not None else value
        for value, text in zip(values, written, strict=False)
    ]
