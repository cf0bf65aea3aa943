"""Lines of an import before anything is written to persons: staged in bulk, judged set by set."""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.planning import PlannedLine

_COLUMNS = (
    "import_id",
    "line",
    "state",
    "reason",
    "last_name",
    "first_name",
    "last_key",
    "first_key",
    "email",
    "email_key",
    "phone",
    "role",
    "details",
    "met_on",
    "person_id",
    "same_line",
    "written",
)

_EMPTY = text("DELETE FROM import_line WHERE import_id = :import_id")
_STATISTICS = text("ANALYZE import_line")
_MANY_LINES = 2_000

# Restriction is looked at on every row of the person, whichever row is alike.
_EXACT = text(
    """
    WITH exact AS (
        SELECT l.line, count(DISTINCT p.canonical_id) AS persons,
            min(CAST(p.canonical_id AS text)) AS canonical_id,
            bool_or(EXISTS (SELECT 1 FROM person r
                WHERE r.canonical_id = p.canonical_id AND r.restricted_at IS NOT NULL)) AS limited
        FROM import_line l
        JOIN person p ON p.email_key = l.email_key AND p.last_key = l.last_key
            AND p.first_key = l.first_key AND p.erased_at IS NULL
        WHERE l.import_id = :import_id AND l.line BETWEEN :first AND :last
            AND NOT l.written AND l.state = ANY(:states)
        GROUP BY l.line
    )
    UPDATE import_line l SET
        state = CASE WHEN e.persons = 1 AND NOT e.limited THEN 'update' ELSE 'doubt' END,
        reason = CASE WHEN e.limited THEN 'restricted' WHEN e.persons > 1 THEN 'exact' END,
        person_id = CASE WHEN e.persons = 1 AND NOT e.limited
            THEN CAST(e.canonical_id AS uuid) ELSE l.person_id END,
        like_id = CASE WHEN e.persons > 1 OR e.limited THEN CAST(e.canonical_id AS uuid) END,
        same_line = NULL
    FROM exact e WHERE l.import_id = :import_id AND l.line = e.line
    """
).bindparams(bindparam("states", type_=ARRAY(TEXT)))
_UNCHANGED = text(
    """
    UPDATE import_line l SET state = 'unchanged'
    FROM person p
    WHERE l.import_id = :import_id AND l.line BETWEEN :first AND :last AND l.state = 'update'
        AND NOT l.written AND p.id = l.person_id
        AND (l.phone IS NULL OR l.phone = p.phone)
        AND NOT EXISTS (
            SELECT 1 FROM jsonb_object_keys(CAST(l.details AS jsonb) - 'warnings') k
            WHERE NOT jsonb_exists(CAST(p.details AS jsonb), k))
        AND NOT (coalesce(l.details ->> 'accepts_email', '') = 'false'
            AND coalesce(p.details ->> 'accepts_email', '') <> 'false')
        AND (coalesce(l.role, 'contact') = 'contact' OR EXISTS (
            SELECT 1 FROM role r WHERE r.person_id = p.id AND r.role = l.role
                AND r.ends_on IS NULL))
    """
)
_SAME_EMAIL = text(
    """
    UPDATE import_line l SET state = 'doubt', reason = 'same-email', like_id = a.canonical_id
    FROM (
        SELECT DISTINCT ON (t.line) t.line, p.canonical_id
        FROM import_line t
        JOIN person p ON p.email_key = t.email_key AND p.erased_at IS NULL
        WHERE t.import_id = :import_id AND t.line BETWEEN :first AND :last
            AND NOT t.written AND t.state = 'create'
        ORDER BY t.line, p.met_at, p.id
    ) a
    WHERE l.import_id = :import_id AND l.line = a.line
    """
)
_SAME_NAME = text(
    """
    UPDATE import_line l SET state = 'doubt', reason = a.reason, like_id = a.canonical_id
    FROM (
        SELECT t.line, p.canonical_id, p.reason
        FROM import_line t CROSS JOIN LATERAL (
            SELECT p.canonical_id,
                CASE WHEN p.phone = t.phone THEN 'same-phone' ELSE 'no-email' END AS reason
            FROM person p
            WHERE p.last_key = t.last_key AND p.first_key = t.first_key AND p.erased_at IS NULL
                AND (p.phone = t.phone OR p.email_key IS NULL OR t.email_key IS NULL)
            ORDER BY p.phone IS DISTINCT FROM t.phone, p.met_at, p.id LIMIT 1
        ) p
        WHERE t.import_id = :import_id AND t.line BETWEEN :first AND :last
            AND NOT t.written AND t.state = 'create'
    ) a
    WHERE l.import_id = :import_id AND l.line = a.line
    """
)
_DECIDE = text(
    """
    UPDATE import_line SET decision = CAST(:decision AS varchar)
    WHERE import_id = :import_id AND line = ANY(CAST(:lines AS integer[])) AND state = 'doubt'
        AND NOT written
    RETURNING line
    """
)


async def stage(session: AsyncSession, import_id: UUID, lines: Sequence[PlannedLine]) -> None:
    """Replace the lines of this import by these, in one COPY."""
    await session.execute(_EMPTY, {"import_id": import_id})
    connection = await session.connection()
    raw = await connection.get_raw_connection()
    driver: Any = raw.driver_connection
    await driver.copy_records_to_table(
        "import_line", records=_records(import_id, lines), columns=_COLUMNS
    )
    if len(lines) >= _MANY_LINES:
        await session.execute(_STATISTICS)


def _records(import_id: UUID, lines: Sequence[PlannedLine]) -> Iterable[tuple[Any, ...]]:
    for line in lines:
        yield (
            import_id,
            line.line,
            line.state.value,
            line.reason,
            line.last_name,
            line.first_name,
            line.last_key,
            line.first_key,
            line.email,
            line.email_key,
            line.phone,
            line.role,
            json.dumps(line.details, ensure_ascii=False, default=str),
            line.met_on,
            line.person_id,
            line.same_line,
            False,
        )


async def judge(
    session: AsyncSession,
    import_id: UUID,
    *,
    first: int = 0,
    last: int = 2_147_483_647,
    states: Sequence[str] = ("create", "doubt"),
) -> None:
    """Compare the lines of this range with all persons: to update, unchanged, in doubt.

    The rule is that of `domain.likeness`; homonyms who each have an e-mail are two persons.
    """
    where = {"import_id": import_id, "first": first, "last": last}
    await session.execute(_EXACT, where | {"states": list(states)})
    for statement in (_UNCHANGED, _SAME_EMAIL, _SAME_NAME):
        await session.execute(statement, where)


async def decide(
    session: AsyncSession, import_id: UUID, lines: Sequence[int], decision: str | None
) -> int:
    """Keep what staff say of these lines in doubt; returns how many were."""
    found = await session.execute(
        _DECIDE, {"import_id": import_id, "lines": list(lines), "decision": decision}
    )
    return len(found.all())
