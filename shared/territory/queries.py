"""Reads of the territory: one commune, a search, the EPCI, the sectors."""

import re
from itertools import groupby
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from shared.territory.naming import fold_place
from shared.territory.places import (
    Commune,
    Epci,
    FoundCommune,
    Sector,
    SectorPart,
    distance_km,
    road_estimate_km,
    underserved,
)

__all__ = [
    "Commune",
    "Epci",
    "FoundCommune",
    "Sector",
    "SectorPart",
    "commune",
    "current_commune",
    "distance_km",
    "epci_list",
    "road_estimate_km",
    "search_communes",
    "sectors",
    "underserved",
]

Database = AsyncConnection | AsyncSession

_COLUMNS = (
    "c.code, c.name, c.population, c.postal_codes, c.epci_siren, c.epci_name, "
    "c.arrondissement_code, c.lat, c.lon, c.apl_mg, c.apl_year, c.department, "
    "c.valid_from, c.valid_to"
)
_CODE = re.compile(r"(?:\d{1,5}|2[ABab]\d{0,3})")

_BY_CODE = text(f"SELECT {_COLUMNS} FROM territory_commune c WHERE c.code = :code")  # noqa: S608
_BY_ANY_CODE = text(f"""
SELECT {_COLUMNS} FROM territory_commune c
WHERE c.valid_to IS NULL AND (c.code = :code OR c.code IN (
    SELECT commune_code FROM territory_delegated_commune WHERE code = :code))
ORDER BY c.code = :code DESC LIMIT 1
""")  # noqa: S608

_BY_NAME = text(f"""
SELECT {_COLUMNS}, h.rank, h.old FROM territory_commune c JOIN (
    SELECT DISTINCT ON (code) code, rank, old FROM (
        SELECT code, NULL AS old, folded, 0 AS base FROM territory_commune
        UNION ALL
        SELECT d.commune_code, d.name, d.folded, 1 FROM territory_delegated_commune d
    ) names, LATERAL (SELECT base + CASE
        WHEN folded = :folded THEN 0
        WHEN folded LIKE :start THEN 2
        ELSE 4 END AS rank) ranked
    WHERE folded LIKE :start OR folded LIKE :inside
    ORDER BY code, rank, old
) h ON h.code = c.code
WHERE c.valid_to IS NULL AND (CAST(:department AS text) IS NULL OR c.department = :department)
ORDER BY h.rank, c.population DESC, c.code LIMIT :limit
""")  # noqa: S608

_BY_DIGITS = text(f"""
SELECT {_COLUMNS},
    (SELECT min(p) FROM unnest(c.postal_codes) p WHERE p LIKE :start) AS postal,
    (SELECT min(d.name) FROM territory_delegated_commune d
        WHERE d.commune_code = c.code AND d.code <> c.code AND d.code = :code) AS old
FROM territory_commune c
WHERE c.valid_to IS NULL AND (CAST(:department AS text) IS NULL OR c.department = :department)
    AND (c.code LIKE :start
        OR EXISTS (SELECT 1 FROM unnest(c.postal_codes) p WHERE p LIKE :start)
        OR EXISTS (SELECT 1 FROM territory_delegated_commune d
            WHERE d.commune_code = c.code AND d.code = :code))
ORDER BY c.code = :code DESC, c.population DESC, c.code LIMIT :limit
""")  # noqa: S608

_EPCI = text(
    "SELECT siren, name, kind, population, population_in_department, communes_in_department, "
    "department, valid_from, valid_to FROM territory_epci "
    "WHERE valid_to IS NULL ORDER BY population_in_department DESC, siren"
)

_SECTORS = text("""
SELECT s.name, s.status, s.confidence, s.comment, s.valid_from, s.epci_siren, e.name AS epci_name,
    e.communes_in_department AS communes, e.population_in_department AS population
FROM territory_sector s JOIN territory_epci e ON e.siren = s.epci_siren
WHERE s.valid_to IS NULL
ORDER BY s.name, e.population_in_department DESC, e.siren
""")


async def commune(session: Database, code: str) -> Commune | None:
    """The commune of this INSEE code (never a postal code), or None when it is unknown.

    Only codes of communes answer; for a delegated or former code use `current_commune`.
    """
    row = (await session.execute(_BY_CODE, {"code": code})).mappings().first()
    return None if row is None else Commune(**_fields(row))


async def current_commune(session: Database, code: str) -> Commune | None:
    """The commune of today for a code of today, of a delegated commune, or abandoned."""
    row = (await session.execute(_BY_ANY_CODE, {"code": code})).mappings().first()
    return None if row is None else Commune(**_fields(row))


async def search_communes(
    session: Database, text: str, *, department: str | None = "41", limit: int = 10
) -> list[FoundCommune]:
    """Communes by name (current or delegated), start of a postal code, or INSEE code.

    `department=None` searches the neighbours too. Five digits may be a postal code of one commune
    and the INSEE code of another (41200): both come, each with its `reason`.
    """
    typed = text.strip()
    parameters: dict[str, Any] = {"department": department, "limit": limit}
    if _CODE.fullmatch(typed):
        code = typed.upper()
        parameters |= {"code": code, "start": f"{code}%"}
        rows = (await session.execute(_BY_DIGITS, parameters)).mappings().all()
        return [FoundCommune(**_fields(row), reason=_code_reason(row, code)) for row in rows]
    folded = fold_place(typed)
    if not folded:
        return []
    parameters |= {"folded": folded, "start": f"{folded}%", "inside": f"% {folded}%"}
    rows = (await session.execute(_BY_NAME, parameters)).mappings().all()
    return [FoundCommune(**_fields(row), reason=_name_reason(row)) for row in rows]


async def epci_list(session: Database) -> list[Epci]:
    """The intercommunal bodies of today, the most populated first."""
    rows = (await session.execute(_EPCI)).mappings().all()
    return [Epci(**row) for row in rows]


async def sectors(session: Database) -> list[Sector]:
    """The sectors of today with their EPCI; each says whether it is still a hypothesis."""
    rows = (await session.execute(_SECTORS)).mappings().all()
    return [
        _sector(name, list(lines)) for name, lines in groupby(rows, key=lambda row: row["name"])
    ]


def _sector(name: str, rows: list[RowMapping]) -> Sector:
    fields = ("epci_siren", "epci_name", "confidence", "comment", "communes", "population")
    return Sector(
        name=name,
        hypothesis=any(row["status"] == "hypothese" for row in rows),
        parts=tuple(SectorPart(**{field: row[field] for field in fields}) for row in rows),
        valid_from=max(row["valid_from"] for row in rows),
    )


def _fields(row: RowMapping) -> dict[str, Any]:
    fields = {name: row[name] for name in Commune.__dataclass_fields__}
    fields["postal_codes"] = tuple(fields["postal_codes"])
    return fields


def _name_reason(row: RowMapping) -> str:
    return f"commune déléguée\u00a0: {row['old']}" if row["old"] else "nom"


def _code_reason(row: RowMapping, code: str) -> str:
    if row["code"].startswith(code):
        return f"code INSEE {row['code']}"
    if row["postal"]:
        return f"code postal {row['postal']}"
    return f"ancien code {code}\u00a0: {row['old']}"
