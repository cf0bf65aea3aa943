"""Congresses and visits: the list, and one with the files brought back from it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.mission import MISSION_WORDS, MissionKind
from services.prospection.domain.refusals import MissionUnknown

_SELECT = """
    SELECT m.id, m.kind, m.title, m.place, m.audience, m.starts_on, m.ends_on, m.verified,
        m.source, o.name AS organisation,
        (SELECT count(DISTINCT p.canonical_id) FROM person p WHERE p.mission_id = m.id) AS persons
    FROM mission m LEFT JOIN organisation o ON o.id = m.organisation_id
"""
_ALL = text(
    f"""{_SELECT} WHERE CAST(:kind AS varchar) IS NULL OR m.kind = CAST(:kind AS varchar)
    ORDER BY m.starts_on IS NULL, m.starts_on DESC, m.title_key"""
)
_ONE = text(f"{_SELECT} WHERE m.id = :id")
_IMPORTS = text(
    """
    SELECT id, filename, state, lines, created, updated, in_doubt, refused, created_at
    FROM import_batch WHERE mission_id = :id ORDER BY created_at DESC
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionShown:
    """A congress or a visit; not verified means that no source was found."""

    id: UUID
    kind: str
    title: str
    place: str | None
    audience: str | None
    starts_on: date | None
    ends_on: date | None
    verified: bool
    source: str | None
    organisation: str | None
    persons: int

    @property
    def kind_words(self) -> str:
        """Congress, or faculty or school."""
        return MISSION_WORDS[MissionKind(self.kind)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportShown:
    """A file in the list of a mission."""

    id: UUID
    filename: str
    state: str
    lines: int
    created: int
    updated: int
    in_doubt: int
    refused: int
    created_at: datetime


async def missions(session: AsyncSession, *, kind: str | None = None) -> list[MissionShown]:
    """All of them: dated ones first, the latest first."""
    rows = await session.execute(_ALL, {"kind": kind})
    return [MissionShown(**row._mapping) for row in rows]  # noqa: SLF001 - public despite its name


async def mission(session: AsyncSession, mission_id: UUID) -> MissionShown:
    """One of them. Raises MissionUnknown."""
    row = (await session.execute(_ONE, {"id": mission_id})).one_or_none()
    if row is None:
        raise MissionUnknown
    return MissionShown(**row._mapping)  # noqa: SLF001 - public despite its name


async def imports_of(session: AsyncSession, mission_id: UUID) -> list[ImportShown]:
    """The files brought back from a mission, the newest first."""
    rows = await session.execute(_IMPORTS, {"id": mission_id})
    return [ImportShown(**row._mapping) for row in rows]  # noqa: SLF001 - public despite its name
