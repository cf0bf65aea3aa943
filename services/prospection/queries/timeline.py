"""The story of one person, newest first, whatever the ids under which it was told."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.refusals import PersonUnknown
from services.prospection.persistence.persons import IDS
from services.prospection.queries.sentences import Known, compose
from shared.contracts.refusal import Invalid
from shared.runtime.paging import Cursor

_IDS = text(
    """
    SELECT id FROM person WHERE canonical_id =
        (SELECT canonical_id FROM person WHERE id = :person_id)
    """
)
COLUMNS = """t.event_id, t.person_id, t.happened_at, t.kind, t.facts, e.title, e.starts_at,
    coalesce(e.cancelled, false) AS cancelled, m.title AS mission"""
JOINS = """timeline_line t
    LEFT JOIN known_event e ON e.event_id = CAST(t.facts ->> 'event_id' AS uuid)
    LEFT JOIN mission m ON m.id = CAST(t.facts ->> 'mission_id' AS uuid)"""
_LINES = text(
    f"""
    SELECT {COLUMNS} FROM {JOINS}
    WHERE t.person_id = ANY(:ids)
        AND (CAST(:speaker AS varchar) IS NULL
            OR split_part(t.kind, '.', 1) = CAST(:speaker AS varchar))
        AND (CAST(:at AS timestamptz) IS NULL
            OR (t.happened_at, t.event_id) < (CAST(:at AS timestamptz), CAST(:event_id AS uuid)))
    ORDER BY t.happened_at DESC, t.event_id DESC LIMIT :limit
    """  # noqa: S608 - our own words
).bindparams(bindparam("ids", type_=IDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """One line: what it says, when, and the event it comes from."""

    event_id: UUID
    person_id: UUID
    type: str
    at: datetime
    sentence: str
    icon: str

    @property
    def service(self) -> str:
        """Who said it."""
        return self.type.split(".")[0]

    @property
    def chain(self) -> str:
        """Where its causes and consequences are shown."""
        return f"/prospection/chaines/{self.event_id}"


@dataclass(frozen=True, slots=True)
class Story:
    """A page of lines, and where the next one starts."""

    lines: list[StoryLine]
    next: str | None


async def timeline(
    session: AsyncSession,
    person_id: UUID,
    *,
    cursor: str | None = None,
    limit: int = 50,
    speaker: str | None = None,
) -> Story:
    """The lines of everything this person's ids lived; `speaker` keeps one service's.

    Any of the ids answers with the whole story. Raises PersonUnknown when neither a person nor
    a line has this id.
    """
    ids = [row.id for row in await session.execute(_IDS, {"person_id": person_id})]
    at, event_id = _decoded(cursor)
    found = await session.execute(
        _LINES,
        {
            "ids": ids or [person_id],
            "speaker": speaker,
            "at": at,
            "event_id": event_id,
            "limit": limit + 1,
        },
    )
    lines = [line_of(row) for row in found]
    if not ids and not lines and cursor is None:
        raise PersonUnknown
    more = len(lines) > limit
    lines = lines[:limit]
    last = lines[-1] if more else None
    return Story(lines, Cursor.encode(last.at.isoformat(), last.event_id) if last else None)


def _decoded(cursor: str | None) -> tuple[datetime | None, UUID | None]:
    values = Cursor.decode(cursor, 2)
    if values is None:
        return None, None
    try:
        return datetime.fromisoformat(values[0]).astimezone(UTC), UUID(values[1])
    except (ValueError, OverflowError) as error:
        raise Invalid("Le curseur de pagination n'est pas valable.", field="cursor") from error


def line_of(row: Row[Any]) -> StoryLine:
    """A row of COLUMNS as a line in words."""
    known = Known(
        title=row.title, starts_at=row.starts_at, cancelled=row.cancelled, mission=row.mission
    )
    words = compose(row.kind, row.facts, known)
    return StoryLine(
        event_id=row.event_id,
        person_id=row.person_id,
        type=row.kind,
        at=row.happened_at,
        sentence=words.sentence,
        icon=words.icon,
    )
