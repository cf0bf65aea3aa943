"""The communes of the Département: searched, filtered, in the order asked for, page by page."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.queries.territory_access import apl_words
from shared.contracts.refusal import Invalid
from shared.runtime.paging import Cursor
from shared.territory import queries as territory
from shared.territory.places import UNDERSERVED_BELOW

DEPARTMENT = "41"
_MORE_THAN_ALL = 1_000
"""Communes a search may find: more than the Département has."""


class Sort(StrEnum):
    """The orders of the list."""

    NAME = "nom"
    POPULATION = "population"
    APL = "apl"
    MATCH = "pertinence"


# What is compared, and as what: most populated first, least served first, unknown APL last.
_KEYS = {
    Sort.NAME: ("c.folded", "text"),
    Sort.POPULATION: ("-c.population", "numeric"),
    Sort.APL: ("coalesce(c.apl_mg, 1000)", "numeric"),
    Sort.MATCH: ("array_position(CAST(:codes AS text[]), c.code)", "numeric"),
}
_FROM = """
    FROM territory_commune c
    LEFT JOIN LATERAL (
        SELECT name, status FROM territory_sector
        WHERE epci_siren = c.epci_siren AND valid_to IS NULL ORDER BY name LIMIT 1
    ) s ON true
    WHERE c.valid_to IS NULL AND c.department = :department {filters}
"""
_PAGE = (
    """
    SELECT c.code, c.name, c.population, c.postal_codes, c.epci_siren, c.epci_name, c.apl_mg,
        c.apl_year, s.name AS sector, coalesce(s.status = 'hypothese', false) AS sector_hypothesis,
        {key} AS sort_key
    """
    + _FROM
    + "{place} ORDER BY {key}, c.code LIMIT :limit"
)
_COUNT = "SELECT count(*)" + _FROM
_AFTER = " AND ({key}, c.code) > (CAST(:last AS {kind}), CAST(:after AS text)) "


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedCommunes:
    """What the list is narrowed to; without `sort`: best match of a search first, else by name."""

    q: str = ""
    epci_siren: str | None = None
    underserved: bool = False
    sort: Sort | None = None

    @property
    def order(self) -> Sort:
        """The order that applies."""
        if self.sort is None or (self.sort is Sort.MATCH and not self.q.strip()):
            return Sort.MATCH if self.q.strip() else Sort.NAME
        return self.sort


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneRow:
    """A commune in the list; `reason` says what else than its name matched, in French."""

    code: str
    name: str
    population: int
    postal_codes: tuple[str, ...]
    epci_siren: str | None
    epci_name: str | None
    sector: str | None
    sector_hypothesis: bool
    apl: Decimal | None
    apl_year: int | None
    reason: str | None

    @property
    def underserved(self) -> bool | None:
        """Whether its APL is below 2.5; None when it is not known."""
        return None if self.apl is None else self.apl < UNDERSERVED_BELOW

    @property
    def apl_words(self) -> str:
        """The APL as published."""
        return apl_words(self.apl)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCommunes:
    """One page of the list; `count` is of all pages."""

    items: list[CommuneRow]
    next: str | None
    count: int


async def communes(
    session: AsyncSession, wanted: WantedCommunes, *, cursor: str | None = None, limit: int = 50
) -> FoundCommunes:
    """The communes of today that match. Raises Invalid on a cursor of another list."""
    reasons = await _reasons(session, wanted.q.strip())
    filters, values = _filters(wanted, reasons)
    key, kind = _KEYS[wanted.order]
    place = _after(cursor, wanted.order)
    sql = _PAGE.format(
        key=key, filters=filters, place=_AFTER.format(key=key, kind=kind) if place else ""
    )
    rows = (await session.execute(text(sql), values | place | {"limit": limit + 1})).all()
    count = await session.scalar(text(_COUNT.format(filters=filters)), values)
    last = rows[limit - 1] if len(rows) > limit else None
    return FoundCommunes(
        items=[_row(row, reasons or {}) for row in rows[:limit]],
        next=Cursor.encode(wanted.order.value, last.sort_key, last.code) if last else None,
        count=count or 0,
    )


async def _reasons(session: AsyncSession, q: str) -> dict[str, str] | None:
    """What made each commune match, the best match first; None when nothing is looked for."""
    if not q:
        return None
    found = await territory.search_communes(session, q, department=DEPARTMENT, limit=_MORE_THAN_ALL)
    return {one.code: one.reason for one in found}


def _filters(wanted: WantedCommunes, reasons: dict[str, str] | None) -> tuple[str, dict[str, Any]]:
    filters, values = "", {"department": DEPARTMENT}
    more: dict[str, Any] = {}
    if reasons is not None:
        filters += " AND c.code = ANY(CAST(:codes AS text[]))"
        more["codes"] = list(reasons)
    if wanted.epci_siren is not None:
        filters += " AND c.epci_siren = :epci_siren"
        more["epci_siren"] = wanted.epci_siren
    if wanted.underserved:
        filters += " AND c.apl_mg < :underserved_below"
        more["underserved_below"] = UNDERSERVED_BELOW
    return filters, values | more


def _after(cursor: str | None, order: Sort) -> dict[str, Any]:
    given = Cursor.decode(cursor, 3)
    if given is None:
        return {}
    sort, last, code = given
    wrong = Invalid("Le curseur de pagination n'est pas valable.", field="cursor")
    if sort != order.value or "\x00" in last + code:
        raise wrong
    if _KEYS[order][1] == "text":
        return {"last": last, "after": code}
    try:
        return {"last": Decimal(last), "after": code}
    except InvalidOperation as error:
        raise wrong from error


def _row(row: Any, reasons: dict[str, str]) -> CommuneRow:
    reason = reasons.get(row.code)
    return CommuneRow(
        code=row.code,
        name=row.name,
        population=row.population,
        postal_codes=tuple(row.postal_codes),
        epci_siren=row.epci_siren,
        epci_name=row.epci_name,
        sector=row.sector,
        sector_hypothesis=row.sector_hypothesis,
        apl=row.apl_mg,
        apl_year=row.apl_year,
        reason=reason if reason != "nom" else None,
    )
