"""Loads the open data into a database, once per version of the files."""

import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from shared.territory import files
from shared.territory.naming import fold_place

NAME = "loir-et-cher"
SHAPE = 1
"""Raised when this module changes what it makes of the same files."""
VALID_FROM = "2026-01-01"
"""The vintage of the official geographic code (COG 2026)."""
APL_YEAR = 2023
FORMER_CODES = {"41111": ("Lanthenay", "ancien-code", "41194")}
"""Codes that no file lists and that old records still carry (see the README of the data)."""

_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('territory_seed'))")
_VERSION = text("SELECT version FROM territory_version WHERE name = :name")
_SAVE_VERSION = text(
    "INSERT INTO territory_version (name, version) VALUES (:name, :version) "
    "ON CONFLICT (name) DO UPDATE SET version = excluded.version, loaded_at = now()"
)

_EPCI = text("""
INSERT INTO territory_epci (siren, name, kind, population, population_in_department,
    communes_in_department, department, valid_from)
SELECT siren, name, kind, population, population_in_department, communes_in_department, '41',
    CAST(:valid_from AS text)::date
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(siren text, name text, kind text,
    population integer, population_in_department integer, communes_in_department integer)
ON CONFLICT (siren) DO UPDATE SET name = excluded.name, kind = excluded.kind,
    population = excluded.population, valid_to = NULL,
    population_in_department = excluded.population_in_department,
    communes_in_department = excluded.communes_in_department
""")

_COMMUNES = text("""
INSERT INTO territory_commune (code, name, folded, population, postal_codes, epci_siren, epci_name,
    arrondissement_code, lat, lon, apl_mg, apl_year, department, valid_from)
SELECT code, name, folded, population, postal_codes, epci_siren, epci_name, arrondissement_code,
    lat, lon, apl_mg, apl_year, department, CAST(:valid_from AS text)::date
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(code text, name text, folded text,
    population integer, postal_codes text[], epci_siren text, epci_name text,
    arrondissement_code text, lat double precision, lon double precision, apl_mg numeric,
    apl_year integer, department text)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, folded = excluded.folded,
    population = excluded.population, postal_codes = excluded.postal_codes,
    epci_siren = excluded.epci_siren, epci_name = excluded.epci_name,
    arrondissement_code = excluded.arrondissement_code, lat = excluded.lat, lon = excluded.lon,
    apl_mg = excluded.apl_mg, apl_year = excluded.apl_year, department = excluded.department,
    valid_to = NULL
""")

_DELEGATED = text("""
INSERT INTO territory_delegated_commune (code, name, folded, kind, commune_code)
SELECT code, name, folded, kind, commune_code
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(code text, name text, folded text, kind text,
    commune_code text)
""")

_SECTORS = text("""
INSERT INTO territory_sector (name, epci_siren, status, confidence, comment, valid_from)
SELECT name, epci_siren, status, confidence, comment, CAST(:valid_from AS text)::date
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(name text, epci_siren text, status text,
    confidence text, comment text)
ON CONFLICT (name, epci_siren, valid_from) DO UPDATE SET status = excluded.status,
    confidence = excluded.confidence, comment = excluded.comment, valid_to = NULL
""")

# What left the files is closed, never deleted: past records still name it.
_CLOSINGS = tuple(
    text(f"UPDATE {name} SET valid_to = current_date WHERE valid_to IS NULL")  # noqa: S608
    for name in ("territory_epci", "territory_commune", "territory_sector")
)
_FORGET_DELEGATED = text("DELETE FROM territory_delegated_commune")


async def seed(connection: AsyncConnection | AsyncSession) -> bool:
    """Load communes, EPCI and sectors when the files changed since the last load.

    Runs in the caller's transaction and may be called by two processes at once. Returns True
    when something was loaded; when nothing changed it costs one read.
    """
    version = f"{SHAPE}-{files.fingerprint()}"
    if await _loaded(connection) == version:
        return False
    await connection.execute(_LOCK)
    if await _loaded(connection) == version:
        return False
    for closing in _CLOSINGS:
        await connection.execute(closing)
    await connection.execute(_FORGET_DELEGATED)
    for statement, rows in (
        (_EPCI, _epci_rows()),
        (_COMMUNES, _commune_rows()),
        (_DELEGATED, _delegated_rows()),
        (_SECTORS, _sector_rows()),
    ):
        parameters = {"rows": json.dumps(rows, ensure_ascii=False)}
        if statement is not _DELEGATED:
            parameters["valid_from"] = VALID_FROM
        await connection.execute(statement, parameters)
    await connection.execute(_SAVE_VERSION, {"name": NAME, "version": version})
    return True


async def _loaded(connection: AsyncConnection | AsyncSession) -> str | None:
    found = await connection.execute(_VERSION, {"name": NAME})
    version: str | None = found.scalar_one_or_none()
    return version


def _epci_rows() -> list[dict[str, Any]]:
    return [
        {
            "siren": line["siren"],
            "name": line["nom"],
            "kind": line["type"],
            "population": int(line["population_municipale"]),
            "population_in_department": int(line["population_municipale_41"]),
            "communes_in_department": int(line["nb_communes_41"]),
        }
        for line in files.table("epci-41.csv")
    ]


def _commune_rows() -> list[dict[str, Any]]:
    apl = {
        line["code_insee"]: line["apl_mg_2023"] for line in files.table("apl-generalistes-41.csv")
    }
    rows = [_commune_row(line, "41", apl) for line in files.table("communes-41.csv")]
    neighbours = files.table("communes-voisines.csv")
    rows += [_commune_row(line, line["departement"], {}) for line in neighbours]
    return rows


def _commune_row(line: dict[str, str], department: str, apl: dict[str, str]) -> dict[str, Any]:
    accessibility = apl.get(line["code_insee"])
    return {
        "code": line["code_insee"],
        "name": line["nom"],
        "folded": fold_place(line["nom"]),
        "population": int(line["population"]),
        "postal_codes": line["codes_postaux"].split("|"),
        "epci_siren": line["epci_siren"] or None,
        "epci_name": line["epci_nom"] or None,
        "arrondissement_code": line.get("arrondissement_code"),
        "lat": float(line["lat"]),
        "lon": float(line["lon"]),
        "apl_mg": accessibility,
        "apl_year": APL_YEAR if accessibility else None,
        "department": department,
    }


def _delegated_rows() -> list[dict[str, Any]]:
    rows = [
        (line["code_insee"], line["nom"], line["type"], line["code_commune_actuelle"])
        for line in files.table("communes-deleguees-41.csv")
    ]
    rows += [(code, *former) for code, former in FORMER_CODES.items()]
    return [
        {"code": code, "name": name, "folded": fold_place(name), "kind": kind, "commune_code": now}
        for code, name, kind, now in rows
    ]


def _sector_rows() -> list[dict[str, Any]]:
    return [
        {
            "name": line["secteur"],
            "epci_siren": line["epci_siren"],
            "status": line["statut"],
            "confidence": line["confiance"],
            "comment": line["commentaire"] or None,
        }
        for line in files.table("secteurs-mdcs-hypothese.csv")
    ]
