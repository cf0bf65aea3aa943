"""The write of one part of an import: whole sets at a time, nothing line by line."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.persistence.persons import IDS

_RANGE = "l.import_id = :import_id AND l.line BETWEEN :first AND :last AND NOT l.written"
_NEW = "(l.state = 'create' OR (l.state = 'doubt' AND l.decision IS DISTINCT FROM 'skip'))"

_NEXT = text(
    """
    SELECT min(line) AS first, max(line) AS last FROM (
        SELECT line FROM import_line WHERE import_id = :import_id AND NOT written
        ORDER BY line LIMIT :most) part
    """
)
_LIKE_A_LINE = text(
    f"""
    UPDATE import_line l SET like_id = o.person_id
    FROM import_line o
    WHERE {_RANGE} AND l.state = 'doubt' AND l.like_id IS NULL
        AND o.import_id = l.import_id AND o.line = l.same_line
    """  # noqa: S608 - our own words
)
_PERSONS = text(
    f"""
    INSERT INTO person (id, canonical_id, source, channel, mission_id, last_name, first_name,
        last_key, first_key, email, email_key, phone, details, met_at, created_at, updated_at,
        card_version)
    SELECT l.person_id, l.person_id, 'prospection', :channel, :mission_id, l.last_name,
        l.first_name, l.last_key, l.first_key, l.email, l.email_key, l.phone,
        CAST(CAST(l.details AS jsonb) - 'warnings' AS json), :now, :now, :now,
        CASE WHEN l.decision = 'same' THEN 0 ELSE 1 END
    FROM import_line l WHERE {_RANGE} AND {_NEW}
    ON CONFLICT (id) DO NOTHING
    """  # noqa: S608 - our own words
)
# A refusal of e-mails always wins; everything else only fills blanks, but the telephone.
_UPDATES = text(
    f"""
    UPDATE person p SET phone = coalesce(l.phone, p.phone), updated_at = :now,
        details = CAST((CAST(l.details AS jsonb) - 'warnings') || CAST(p.details AS jsonb)
            || CASE WHEN l.details ->> 'accepts_email' = 'false'
                THEN CAST('{{"accepts_email": false}}' AS jsonb)
                ELSE CAST('{{}}' AS jsonb) END AS json)
    FROM import_line l WHERE {_RANGE} AND l.state = 'update' AND p.id = l.person_id
    RETURNING p.id
    """  # noqa: S608 - our own words
)
_ROLES = text(
    f"""
    INSERT INTO role (id, person_id, role, starts_on, proof)
    SELECT DISTINCT ON (l.person_id, l.role) gen_random_uuid(), l.person_id, l.role,
        coalesce(l.met_on, :met_on), :proof
    FROM import_line l
    WHERE {_RANGE} AND l.role <> 'contact' AND (l.state = 'update' OR {_NEW})
    ON CONFLICT DO NOTHING
    """  # noqa: S608 - our own words
)
_DOUBTS = text(
    f"""
    INSERT INTO doubt (id, first_id, second_id, reason, state, rule, opened_at, settled_at,
        settled_by)
    SELECT DISTINCT ON (least(l.person_id, l.like_id), greatest(l.person_id, l.like_id))
        gen_random_uuid(), least(l.person_id, l.like_id), greatest(l.person_id, l.like_id),
        l.reason,
        CASE l.decision WHEN 'create' THEN 'different' WHEN 'same' THEN 'same' ELSE 'open' END,
        CASE WHEN l.decision IS NULL THEN NULL ELSE 'staff' END, :now,
        CASE WHEN l.decision IS NULL THEN NULL ELSE CAST(:now AS timestamptz) END,
        CASE WHEN l.decision IS NULL THEN NULL ELSE CAST(:by AS uuid) END
    FROM import_line l JOIN person p ON p.id = l.like_id
    WHERE {_RANGE} AND l.state = 'doubt' AND l.decision IS DISTINCT FROM 'skip'
        AND l.person_id <> l.like_id
    ON CONFLICT DO NOTHING
    """  # noqa: S608 - our own words
)
_MET = text(
    f"""
    SELECT l.person_id, coalesce(l.role, 'contact') AS role, coalesce(l.met_on, :met_on) AS met_on
    FROM import_line l
    WHERE {_RANGE} AND {_NEW} AND l.decision IS DISTINCT FROM 'same' ORDER BY l.line
    """  # noqa: S608 - our own words
)
_SAME = text(
    f"""
    SELECT l.person_id, l.like_id FROM import_line l JOIN person p ON p.id = l.like_id
    WHERE {_RANGE} AND l.state = 'doubt' AND l.decision = 'same' ORDER BY l.line
    """  # noqa: S608 - our own words
)
_WRITTEN = text(
    """
    UPDATE import_line SET written = true
    WHERE import_id = :import_id AND line BETWEEN :first AND :last AND NOT written
    """
)
_COUNTS = text(
    """
    SELECT count(*) FILTER (WHERE state = 'create'
            OR (state = 'doubt' AND decision = 'create')) AS created,
        count(*) FILTER (WHERE state = 'update'
            OR (state = 'doubt' AND decision = 'same')) AS updated,
        count(*) FILTER (WHERE state = 'doubt' AND decision IS NULL) AS in_doubt,
        count(*) FILTER (WHERE state = 'refused') AS refused,
        count(*) FILTER (WHERE written) AS written
    FROM import_line WHERE import_id = :import_id
    """
)
_UPDATED_IDS = text(
    """
    SELECT DISTINCT person_id FROM import_line
    WHERE import_id = :import_id AND state IN ('update', 'unchanged')
    """
)
_CARD_VERSIONS = text(
    """
    UPDATE person p SET card_version = v.version
    FROM unnest(:ids, :versions) AS v (id, version) WHERE p.id = v.id
    """
).bindparams(bindparam("ids", type_=IDS), bindparam("versions", type_=ARRAY(BIGINT)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some lines in a row, and what all of them have in common."""

    import_id: UUID
    first: int
    last: int
    mission_id: UUID
    channel: str
    met_on: date
    proof: str
    by: UUID | None
    now: datetime

    def values(self, *names: str) -> dict[str, Any]:
        """The bounds, and these values, as parameters."""
        return {name: getattr(self, name) for name in ("import_id", "first", "last", *names)}


@dataclass(frozen=True, slots=True)
class Met:
    """A person this part created."""

    person_id: UUID
    role: str
    met_on: date


async def next_lines(session: AsyncSession, import_id: UUID, most: int) -> tuple[int, int] | None:
    """The bounds of the next lines to write; None when all are."""
    found = (await session.execute(_NEXT, {"import_id": import_id, "most": most})).one()
    return None if found.first is None else (found.first, found.last)


async def write_persons(session: AsyncSession, part: Part) -> None:
    """Create the new persons of this part with their roles, and the doubts about them."""
    await session.execute(_LIKE_A_LINE, part.values())
    await session.execute(_PERSONS, part.values("channel", "mission_id", "now"))
    await session.execute(_ROLES, part.values("met_on", "proof"))
    await session.execute(_DOUBTS, part.values("now", "by"))


async def write_updates(session: AsyncSession, part: Part) -> list[UUID]:
    """Fill the blanks of the persons already known; returns who changed."""
    return [row.id for row in await session.execute(_UPDATES, part.values("now"))]


async def met(session: AsyncSession, part: Part) -> list[Met]:
    """Who was created by this part, but those whom staff said to be somebody known."""
    rows = await session.execute(_MET, part.values("met_on"))
    return [Met(row.person_id, row.role, row.met_on) for row in rows]


async def said_same(session: AsyncSession, part: Part) -> list[tuple[UUID, UUID]]:
    """Pairs (new id, known id) that staff said to be one person."""
    return [(row.person_id, row.like_id) for row in await session.execute(_SAME, part.values())]


async def mark_written(session: AsyncSession, part: Part) -> None:
    """These lines are done."""
    await session.execute(_WRITTEN, part.values())


async def counts(session: AsyncSession, import_id: UUID) -> dict[str, int]:
    """created, updated, in_doubt, refused, written."""
    row = (await session.execute(_COUNTS, {"import_id": import_id})).one()
    return dict(row._mapping)  # noqa: SLF001 - public despite its name


async def known_ids(session: AsyncSession, import_id: UUID) -> list[UUID]:
    """The persons already known that the file met again."""
    rows = await session.execute(_UPDATED_IDS, {"import_id": import_id})
    return [row.person_id for row in rows]


async def keep_card_versions(session: AsyncSession, versions: dict[UUID, int]) -> None:
    """Keep the number of the last card of these persons."""
    await session.execute(
        _CARD_VERSIONS, {"ids": list(versions), "versions": list(versions.values())}
    )
