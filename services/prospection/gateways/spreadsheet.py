"""Reads a file of contacts, CSV or XLSX, by what it holds and never by its name."""

from typing import Final

from services.prospection.gateways.delimited_text import read_text
from services.prospection.gateways.sheet import (
    DamagedWorkbook,
    EmptyFile,
    FileTooLarge,
    IgnoredLine,
    Limits,
    NotContacts,
    NoTitles,
    OldWorkbook,
    ProtectedWorkbook,
    Sheet,
    SheetRow,
    TooManyColumns,
    TooManyLines,
    UnreadableFile,
    WorkbookTooLarge,
)
from services.prospection.gateways.workbook import read_workbook

__all__ = [
    "DamagedWorkbook",
    "EmptyFile",
    "FileTooLarge",
    "IgnoredLine",
    "Limits",
    "NoTitles",
    "NotContacts",
    "OldWorkbook",
    "ProtectedWorkbook",
    "Sheet",
    "SheetRow",
    "TooManyColumns",
    "TooManyLines",
    "UnreadableFile",
    "WorkbookTooLarge",
    "read_rows",
]

_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_OTHERS: Final = (
    (b"%PDF", "un PDF"),
    (b"{\\rtf", "un document RTF"),
    (b"\x89PNG", "une image"),
    (b"\xff\xd8\xff", "une image"),
    (b"GIF8", "une image"),
    (b"\x1f\x8b", "une archive"),
    (b"7z\xbc\xaf", "une archive"),
    (b"Rar!", "une archive"),
    (b"BEGIN:VCARD", "une carte de visite (vCard)"),
)
_PAGE_STARTS: Final = (b"<!doctype html", b"<html", b"<table", b"<?xml", b"<head", b"<meta")


def read_rows(content: bytes, filename: str, limits: Limits | None = None) -> Sheet:
    """The lines of contacts of a file, with the titles of their columns.

    `filename` only serves the sentence of a refusal: an XLSX named .csv is read as an XLSX. Takes
    seconds for the largest files: call it out of the event loop. Raises a subclass of
    UnreadableFile, always with a sentence for the person.
    """
    limits = limits or Limits()
    if len(content) > limits.file_bytes:
        most = limits.file_bytes // (1024 * 1024)
        raise FileTooLarge(f"Ce fichier dépasse {most}\u00a0Mo. Coupez-le en plusieurs fichiers.")
    if not content.strip():
        raise EmptyFile
    if content.startswith(b"PK"):
        return read_workbook(content, limits)
    _refuse_other_kinds(content, filename)
    return read_text(content, limits)


def _refuse_other_kinds(content: bytes, filename: str) -> None:
    if content.startswith(_OLE):
        raise ProtectedWorkbook if _ENCRYPTED in content else OldWorkbook
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    kind = next((words for magic, words in _OTHERS if start.startswith(magic)), None)
    if kind is None and start.lower().startswith(_PAGE_STARTS):
        kind = "une page web"
    if kind is not None:
        renamed = ", malgré son nom" if filename.lower().endswith((".xlsx", ".csv")) else ""
        raise NotContacts(
            f"Ce fichier est {kind}{renamed}. Enregistrez la liste au format XLSX ou CSV."
        )
