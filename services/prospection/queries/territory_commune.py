"""One commune: its facts, what is near, and the evenings to come there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.place_refusals import CommuneUnknown
from services.prospection.queries.territory import DEPARTMENT
from services.prospection.queries.territory_access import apl_words
from shared.territory import files
from shared.territory import queries as territory
from shared.territory.places import Commune

_CODE = re.compile(r"[0-9][0-9AB][0-9]{3}")
LANDMARKS = ("41018", "41269")
"""Blois and Vendôme."""
_SECTOR = text(
    """
    SELECT s.name, s.status = 'hypothese' AS hypothesis, s.confidence, s.comment
    FROM territory_sector s WHERE s.epci_siren = :epci_siren AND s.valid_to IS NULL
    ORDER BY s.name LIMIT 1
    """
)
_FORMER = text(
    """
    SELECT code, name FROM territory_delegated_commune
    WHERE commune_code = :code ORDER BY folded, code
    """
)
# A degree of longitude is two thirds of a degree of latitude here: enough to choose the nearest.
_NEAREST = text(
    """
    SELECT code FROM territory_commune WHERE valid_to IS NULL AND code <> :code
    ORDER BY (lat - :lat) ^ 2 + ((lon - :lon) * 0.675) ^ 2, code LIMIT 6
    """
)
_EVENINGS = text(
    """
    SELECT event_id, title, starts_at, place FROM known_event
    WHERE commune = ANY(CAST(:codes AS text[])) AND NOT cancelled AND ends_at > :now
    ORDER BY starts_at, event_id LIMIT 20
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorOf:
    """The sector a commune is in; a hypothesis until the Département validates it."""

    name: str
    hypothesis: bool
    confidence: str
    comment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Another commune; kilometres are estimated (great circle × 1.3), between centres."""

    code: str
    name: str
    department: str
    kilometres: int
    apl_words: str
    underserved: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EveningThere:
    """An evening to come in the commune."""

    event_id: UUID
    title: str
    starts_at: datetime
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneSheet:
    """The page of a commune; `landmarks` are Blois and Vendôme, without the commune itself."""

    commune: Commune
    arrondissement: str | None
    sector: SectorOf | None
    former: list[str]
    landmarks: list[Near]
    nearest: list[Near]
    evenings: list[EveningThere]

    @property
    def apl_words(self) -> str:
        """The APL as published."""
        return apl_words(self.commune.apl_mg)

    @property
    def underserved(self) -> bool | None:
        """Whether the APL is below 2.5; None when it is not known."""
        return territory.underserved(self.commune)

    @property
    def in_department(self) -> bool:
        """Whether it is in the Loir-et-Cher: only there are the APL and the sectors known."""
        return self.commune.department == DEPARTMENT


async def known_commune(session: AsyncSession, code: str) -> Commune:
    """The commune of today for a code of today or of before, else a closed one.

    Raises CommuneUnknown.
    """
    typed = code.strip().upper()
    if not _CODE.fullmatch(typed):
        raise CommuneUnknown
    found = await territory.current_commune(session, typed)
    found = found or await territory.commune(session, typed)
    if found is None:
        raise CommuneUnknown
    return found


async def sector_of(session: AsyncSession, commune: Commune) -> SectorOf | None:
    """Its sector; None outside the Département, even in an EPCI that has communes inside."""
    if commune.department != DEPARTMENT:
        return None
    found = await session.execute(_SECTOR, {"epci_siren": commune.epci_siren})
    row = found.one_or_none()
    return None if row is None else SectorOf(**row._mapping)  # noqa: SLF001 - public


async def commune_sheet(session: AsyncSession, code: str, *, now: datetime) -> CommuneSheet:
    """Everything shown of a commune. Raises CommuneUnknown."""
    commune = await known_commune(session, code)
    former = (await session.execute(_FORMER, {"code": commune.code})).all()
    place = {"code": commune.code, "lat": commune.lat, "lon": commune.lon}
    nearest = (await session.execute(_NEAREST, place)).scalars().all()
    codes = [commune.code, *(row.code for row in former)]
    evenings = await session.execute(_EVENINGS, {"codes": codes, "now": now})
    landmarks = [code for code in LANDMARKS if code != commune.code]
    return CommuneSheet(
        commune=commune,
        arrondissement=_arrondissement(commune.arrondissement_code),
        sector=await sector_of(session, commune),
        former=[row.name for row in former if row.name != commune.name],
        landmarks=await _near(session, commune, landmarks),
        nearest=await _near(session, commune, nearest),
        evenings=[EveningThere(**row._mapping) for row in evenings],  # noqa: SLF001 - public
    )


async def _near(session: AsyncSession, here: Commune, codes: Iterable[str]) -> list[Near]:
    found = [await territory.commune(session, code) for code in codes]
    return [
        Near(
            code=one.code,
            name=one.name,
            department=one.department,
            kilometres=max(1, round(territory.road_estimate_km(here, one))),
            apl_words=apl_words(one.apl_mg),
            underserved=territory.underserved(one),
        )
        for one in found
        if one is not None
    ]


def _arrondissement(code: str | None) -> str | None:
    names = {line["code"]: line["nom"] for line in files.table("arrondissements-41.csv")}
    return names.get(code or "")
