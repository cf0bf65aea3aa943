"""The list of persons: searched by name, e-mail or telephone, filtered, page by page."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.person import role_words
from services.prospection.persistence.persons import IDS
from shared.contracts.refusal import Invalid
from shared.persistence.folding import email_key, fold
from shared.runtime.paging import Cursor

_MOST_WORDS = 5
# Each filter is written only when it is asked for: one statement for all of them is planned badly.
_SHOWN = "p.id = p.canonical_id AND p.erased_at IS NULL"
_HOLDS = """
    AND p.id IN (SELECT rp.canonical_id FROM role r JOIN person rp ON rp.id = r.person_id
        WHERE r.role = :role AND r.ends_on IS NULL)
"""
_MET_THERE = """
    AND p.id IN (SELECT mp.canonical_id FROM person mp WHERE mp.mission_id = :mission_id)
"""
_IN_DOUBT = """
    AND p.id IN (SELECT dp.canonical_id FROM doubt d
        JOIN LATERAL (VALUES (d.first_id), (d.second_id)) two (id) ON true
        JOIN person dp ON dp.id = two.id WHERE d.state = 'open')
"""
_BY_NAME = """
    AND p.id IN (SELECT n.canonical_id FROM person n WHERE n.erased_at IS NULL {words})
"""
_WORD = " AND (' ' || n.last_key || ' ' || n.first_key) LIKE :word_{rank}"
_BY_EMAIL = """
    AND p.id IN (SELECT n.canonical_id FROM person n WHERE n.email_key LIKE :start)
"""
_BY_PHONE = """
    AND p.id IN (SELECT n.canonical_id FROM person n WHERE n.phone LIKE :end)
"""
_PAGE = """
    SELECT p.id, p.last_name, p.first_name, p.last_key, p.first_key, p.email, p.phone,
        p.restricted_at IS NOT NULL AS restricted
    FROM person p
    WHERE {filters} {place}
    ORDER BY p.last_key, p.first_key, p.id LIMIT :limit
"""
_AFTER = "AND (p.last_key, p.first_key, p.id) > (:last_key, :first_key, :after)"
_COUNT = "SELECT count(*) FROM person p WHERE {filters}"
_ROLES = text(
    """
    SELECT p.canonical_id, r.id, r.role, r.starts_on, r.ends_on, r.proof
    FROM role r JOIN person p ON p.id = r.person_id
    WHERE p.canonical_id = ANY(:ids) ORDER BY r.ends_on IS NOT NULL, r.starts_on, r.role
    """
).bindparams(bindparam("ids", type_=IDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for."""

    q: str = ""
    role: str | None = None
    mission_id: UUID | None = None
    in_doubt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleShown:
    """A role with its dates."""

    id: UUID
    role: str
    starts_on: date
    ends_on: date | None
    proof: str

    @property
    def words(self) -> str:
        """In people's words."""
        return role_words(self.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShown:
    """A person in a list."""

    id: UUID
    last_name: str
    first_name: str
    email: str | None
    phone: str | None
    restricted: bool
    roles: list[RoleShown] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of persons, how many there are in all, and where the next page starts."""

    items: list[PersonShown]
    next: str | None
    count: int | None


async def people(
    session: AsyncSession,
    wanted: Wanted,
    *,
    cursor: str | None = None,
    limit: int = 50,
    counted: bool = False,
) -> Found:
    """Persons in the order of their surnames. Raises Invalid for a cursor that is not one."""
    filters, values = _filters(wanted)
    after = Cursor.decode(cursor, 3)
    place: dict[str, Any] = {}
    if after is not None:
        place = {"last_key": after[0], "first_key": after[1], "after": _uuid(after[2])}
    page = text(_PAGE.format(filters=filters, place=_AFTER if place else ""))
    rows = (await session.execute(page, values | place | {"limit": limit + 1})).all()
    count = None
    if counted:
        count = await session.scalar(text(_COUNT.format(filters=filters)), values)
    shown = rows[:limit]
    roles = await roles_of(session, [row.id for row in shown])
    last = shown[-1] if len(rows) > limit else None
    return Found(
        [_person(row, roles.get(row.id, [])) for row in shown],
        Cursor.encode(last.last_key, last.first_key, last.id) if last else None,
        count,
    )


async def roles_of(session: AsyncSession, ids: list[UUID]) -> dict[UUID, list[RoleShown]]:
    """The roles of these persons, those held now first; the same role is said once."""
    found: dict[UUID, list[RoleShown]] = {}
    for row in await session.execute(_ROLES, {"ids": ids}):
        mine = found.setdefault(row.canonical_id, [])
        if any(role.role == row.role and role.ends_on is None for role in mine):
            continue
        mine.append(
            RoleShown(
                id=row.id,
                role=row.role,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                proof=row.proof,
            )
        )
    return found


def _filters(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    match, values = _match(wanted.q.strip())
    filters = [_SHOWN, match]
    if wanted.role is not None:
        filters.append(_HOLDS)
        values["role"] = wanted.role
    if wanted.mission_id is not None:
        filters.append(_MET_THERE)
        values["mission_id"] = wanted.mission_id
    if wanted.in_doubt:
        filters.append(_IN_DOUBT)
    return "".join(filters), values


def _match(q: str) -> tuple[str, dict[str, Any]]:
    if not q:
        return "", {}
    if "@" in q:
        return _BY_EMAIL, {"start": f"{_literal(email_key(q))}%"}
    digits = "".join(char for char in q if char.isdigit())
    if len(digits) >= 4 and not any(char.isalpha() for char in q):
        return _BY_PHONE, {"end": f"%{digits.lstrip('0')}"}
    # What folds to nothing (« ? ») is looked for as such, and found nowhere.
    words = fold(q).split()[:_MOST_WORDS] or ["?"]
    each = "".join(_WORD.format(rank=rank) for rank in range(len(words)))
    values = {f"word_{rank}": f"% {word}%" for rank, word in enumerate(words)}
    return _BY_NAME.format(words=each), values


def _literal(value: str) -> str:
    return value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise Invalid("Le curseur de pagination n'est pas valable.", field="cursor") from error


def _person(row: Any, roles: list[RoleShown]) -> PersonShown:
    return PersonShown(
        id=row.id,
        last_name=row.last_name,
        first_name=row.first_name,
        email=row.email,
        phone=row.phone,
        restricted=row.restricted,
        roles=roles,
    )
