"""A sheet of contacts as read from a file, its limits, and why a file may be refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from shared.contracts.refusal import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a file may hold; sizes in bytes or characters."""

    file_bytes: int = 10 * 1024 * 1024
    lines: int = 60_000
    columns: int = 100
    cell_characters: int = 10_000
    unpacked_bytes: int = 100 * 1024 * 1024
    unpacked_ratio: int = 150
    """How many times its own size an XLSX may unfold to, above 5 MB."""
    unpacked_entries: int = 2_000
    header_within: int = 30
    """Lines, empty ones not counted, among which the titles of the columns are looked for."""


class MissingResult:
    """A formula whose result was never saved: there is nothing to read."""


MISSING_RESULT: Final = MissingResult()
RawRow = tuple[int, Sequence[object]]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line: its number in the file, its filled cells by title, what is wrong with it."""

    number: int
    cells: Mapping[str, object]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IgnoredLine:
    """A line that is no contact (a total, titles again), and why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a file holds. `encoding` and `delimiter` are of a text, `sheet_name` of a workbook."""

    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    ignored: tuple[IgnoredLine, ...]
    empty_lines: int
    header_line: int
    encoding: str | None = None
    delimiter: str | None = None
    sheet_name: str | None = None
    warnings: tuple[str, ...] = ()


class UnreadableFile(Refused):
    """The file cannot be read as a list of contacts."""

    type: ClassVar[str] = "fichier-illisible"
    status: ClassVar[int] = 422
    reason = "Ce fichier ne peut pas être lu. Enregistrez-le en XLSX ou en CSV."


class EmptyFile(UnreadableFile):
    """No byte, or only blanks."""

    reason = "Ce fichier est vide."


class FileTooLarge(UnreadableFile):
    """Over the size that is accepted."""

    type: ClassVar[str] = "fichier-trop-grand"
    status: ClassVar[int] = 413
    reason = "Ce fichier est trop grand. Coupez-le en plusieurs fichiers."


class OldWorkbook(UnreadableFile):
    """The binary format of Excel 97–2003."""

    reason = (
        "Ce fichier est un ancien classeur Excel (.xls). Ouvrez-le puis enregistrez-le "
        "au format .xlsx ou CSV."
    )


class ProtectedWorkbook(UnreadableFile):
    """Encrypted with a password."""

    reason = "Ce classeur est protégé par un mot de passe. Enregistrez-le sans mot de passe."


class NotContacts(UnreadableFile):
    """Another kind of file, such as a PDF, an image or a web page."""

    reason = "Ce fichier n'est ni un classeur XLSX, ni un fichier CSV."


class DamagedWorkbook(UnreadableFile):
    """It starts like an XLSX and cannot be opened."""

    reason = (
        "Ce fichier n'est pas un classeur XLSX valable, ou il est abîmé. "
        "Ouvrez-le puis enregistrez-le de nouveau au format .xlsx ou CSV."
    )


class WorkbookTooLarge(FileTooLarge):
    """What it unfolds to is out of proportion: never opened."""

    reason = (
        "Ce classeur contient bien plus de données que sa taille ne le laisse attendre\u00a0: "
        "il n'a pas été ouvert. Copiez les contacts dans un nouveau classeur."
    )


class TooManyLines(FileTooLarge):
    """Over the number of lines that is accepted."""


class TooManyColumns(FileTooLarge):
    """Over the number of columns that is accepted."""


class NoTitles(UnreadableFile):
    """No line says what the columns are."""

    type: ClassVar[str] = "titres-introuvables"
    reason = (
        "Aucune ligne de titres n'a été reconnue. Une colonne «\u00a0Nom\u00a0» et une colonne "
        "«\u00a0Prénom\u00a0» (ou «\u00a0Nom Prénom\u00a0») sont nécessaires\u00a0; "
        "«\u00a0E-mail\u00a0», «\u00a0Téléphone\u00a0», «\u00a0Profession\u00a0», "
        "«\u00a0Ville\u00a0»… sont lues si elles existent."
    )
