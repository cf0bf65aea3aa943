"""One import: how far it is, what each kind of line holds, the refused lines as a file."""

import csv
import io
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.importing import ImportBatch, ImportState, LineState
from services.prospection.domain.likeness import LIKENESS_WORDS, Likeness
from services.prospection.domain.refusals import ImportUnknown

_COUNTS = text("SELECT state, count(*) AS n FROM import_line WHERE import_id = :id GROUP BY state")
_UNDECIDED = text(
    """SELECT count(*) FROM import_line
    WHERE import_id = :id AND state = 'doubt' AND decision IS NULL"""
)
_LINES = text(
    """
    SELECT l.line, l.state, l.reason, l.last_name, l.first_name, l.email, l.phone, l.role,
        l.details, l.person_id, l.like_id, l.same_line, l.decision,
        p.last_name AS known_last_name, p.first_name AS known_first_name, p.email AS known_email,
        p.phone AS known_phone, p.details AS known_details,
        o.last_name AS other_last_name, o.first_name AS other_first_name, o.email AS other_email
    FROM import_line l
    LEFT JOIN person p ON p.id = CASE WHEN l.state = 'doubt' THEN l.like_id
        WHEN l.state IN ('update', 'unchanged') THEN l.person_id END
    LEFT JOIN import_line o ON o.import_id = l.import_id AND o.line = l.same_line
    WHERE l.import_id = :id AND l.line > :after
        AND (CAST(:state AS varchar) IS NULL OR l.state = CAST(:state AS varchar))
    ORDER BY l.line LIMIT :limit
    """
)
_REFUSED = text(
    """SELECT line, reason, details FROM import_line
    WHERE import_id = :id AND state = 'refused' ORDER BY line"""
)
_FORMULA = re.compile(r"^\s*[=+\-@\t\r]")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """A line of the review, with what it resembles or changes, in words."""

    line: int
    state: str
    name: str
    email: str | None
    phone: str | None
    role: str | None
    words: str
    warnings: list[str]
    decision: str | None
    known_name: str | None
    known_email: str | None
    known_id: UUID | None
    same_line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """An import and how many lines of each kind it holds."""

    batch: ImportBatch
    counts: dict[str, int]
    undecided: int

    @property
    def step(self) -> int:
        """Where it is among the five: file 1, columns 2, review 3, confirmation 4, result 5."""
        return {
            ImportState.RECEIVED: 1,
            ImportState.UNREADABLE: 1,
            ImportState.READY: 3,
            ImportState.WRITING: 4,
        }.get(ImportState(self.batch.state), 5)


async def review(session: AsyncSession, import_id: UUID) -> Review:
    """How far this import is. Raises ImportUnknown."""
    batch = await session.get(ImportBatch, import_id, populate_existing=True)
    if batch is None:
        raise ImportUnknown
    counts = {state.value: 0 for state in LineState}
    counts |= {row.state: row.n for row in await session.execute(_COUNTS, {"id": import_id})}
    undecided = int(await session.scalar(_UNDECIDED, {"id": import_id}) or 0)
    return Review(batch=batch, counts=counts, undecided=undecided)


async def lines(
    session: AsyncSession,
    import_id: UUID,
    *,
    state: str | None = None,
    after: int = 0,
    limit: int = 50,
) -> tuple[list[LineShown], int | None]:
    """Lines in the order of the file, and after which line the next page starts."""
    rows = (
        await session.execute(
            _LINES, {"id": import_id, "state": state, "after": after, "limit": limit + 1}
        )
    ).all()
    shown = [_shown(row) for row in rows[:limit]]
    return shown, shown[-1].line if len(rows) > limit else None


def _shown(row: Any) -> LineShown:
    known = f"{row.known_first_name or ''} {row.known_last_name or ''}".strip()
    other = f"{row.other_first_name or ''} {row.other_last_name or ''}".strip()
    return LineShown(
        line=row.line,
        state=row.state,
        name=f"{row.first_name or ''} {row.last_name or ''}".strip(),
        email=row.email,
        phone=row.phone,
        role=row.role,
        words=_words(row),
        warnings=row.details.get("warnings", []),
        decision=row.decision,
        known_name=known or other or None,
        known_email=row.known_email if known else row.other_email,
        known_id=row.like_id if row.state == "doubt" else row.person_id if known else None,
        same_line=row.same_line,
    )


def _words(row: Any) -> str:
    if row.state == LineState.REFUSED:
        return row.reason or ""
    if row.state == LineState.DUPLICATE:
        return f"Même personne que la ligne {row.same_line}"
    if row.state == LineState.DOUBT:
        words = LIKENESS_WORDS[Likeness(row.reason)]
        return words[0].upper() + words[1:]
    if row.state == LineState.UPDATE:
        return _changes(row)
    return ""


def _changes(row: Any) -> str:
    changes = []
    if row.phone and row.known_phone and row.phone != row.known_phone:
        changes.append("téléphone remplacé")
    elif row.phone and not row.known_phone:
        changes.append("téléphone ajouté")
    added = set(row.details) - {"warnings"} - set(row.known_details or {})
    if added:
        changes.append("informations complétées")
    sentence = ", ".join(changes) or "rôle ajouté"
    return sentence[0].upper() + sentence[1:]


async def refused_lines_file(session: AsyncSession, import_id: UUID) -> str:
    """The refused lines as a CSV that spreadsheets open as text, to correct and import again."""
    rows = (await session.execute(_REFUSED, {"id": import_id})).all()
    titles = list(dict.fromkeys(t for row in rows for t in row.details.get("cells", {})))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(title) for title in (*titles, "Ligne", "Raison du refus")])
    for row in rows:
        cells = row.details.get("cells", {})
        values = [*(cells.get(title, "") for title in titles), row.line, row.reason]
        writer.writerow([harmless(value) for value in values])
    return "\ufeff" + out.getvalue()


def harmless(cell: object) -> str:
    """A cell that no spreadsheet runs: what looks like a formula is written as text.

    Source: OWASP, CSV Injection.
    """
    written = "" if cell is None else str(cell)
    return f"'{written}" if _FORMULA.match(written) else written
