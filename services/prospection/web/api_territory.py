"""The API: the communes of the Département."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.prospection.queries.territory import WantedCommunes, communes
from services.prospection.queries.territory_commune import known_commune, sector_of
from shared.runtime.paging import CursorParameter, Limit, Page
from shared.runtime.web import Session
from shared.security import staff
from shared.territory import queries as territory

router = APIRouter(prefix="/api/v1", dependencies=[staff()], tags=["territoire"])


class EpciBody(BaseModel):
    """The intercommunal body of a commune."""

    siren: str
    name: str | None


class SectorBody(BaseModel):
    """The sector of a commune; a hypothesis until the Département validates it."""

    name: str
    hypothesis: bool


class AplBody(BaseModel):
    """Access to general practitioners (DREES): consultations a year and inhabitant."""

    value: float
    year: int
    underserved: bool


class CommuneBody(BaseModel):
    """A commune in a list; `apl` is null where it is not known, which is not zero."""

    code: str
    name: str
    population: int
    postal_codes: list[str]
    epci: EpciBody | None
    sector: SectorBody | None
    apl: AplBody | None


class CommuneDetailBody(CommuneBody):
    """A commune; `lat` and `lon` are those of its centre (WGS-84)."""

    department: str
    lat: float
    lon: float


@router.get("/communes", summary="Chercher des communes")
async def list_communes(
    session: Session,
    q: Annotated[str, Query(max_length=100)] = "",
    cursor: CursorParameter = None,
    limit: Limit = 50,
) -> Page[CommuneBody]:
    """Communes by name; `q` is a name of today or of before, a postal code or an INSEE code."""
    found = await communes(session, WantedCommunes(q=q), cursor=cursor, limit=limit)
    items = [
        CommuneBody(
            code=one.code,
            name=one.name,
            population=one.population,
            postal_codes=list(one.postal_codes),
            epci=_epci(one.epci_siren, one.epci_name),
            sector=_sector(one.sector, hypothesis=one.sector_hypothesis),
            apl=_apl(one.apl, one.apl_year, underserved=one.underserved),
        )
        for one in found.items
    ]
    return Page(items=items, next=found.next)


@router.get("/communes/{code}", summary="Lire une commune")
async def read_commune(session: Session, code: str) -> CommuneDetailBody:
    """The commune of this INSEE code; the code of before gives the commune of today."""
    found = await known_commune(session, code)
    sector = await sector_of(session, found)
    return CommuneDetailBody(
        code=found.code,
        name=found.name,
        population=found.population,
        postal_codes=list(found.postal_codes),
        epci=_epci(found.epci_siren, found.epci_name),
        sector=_sector(sector.name, hypothesis=sector.hypothesis) if sector else None,
        apl=_apl(found.apl_mg, found.apl_year, underserved=territory.underserved(found)),
        department=found.department,
        lat=found.lat,
        lon=found.lon,
    )


def _epci(siren: str | None, name: str | None) -> EpciBody | None:
    return EpciBody(siren=siren, name=name) if siren else None


def _sector(name: str | None, *, hypothesis: bool) -> SectorBody | None:
    return SectorBody(name=name, hypothesis=hypothesis) if name else None


def _apl(value: Decimal | None, year: int | None, *, underserved: bool | None) -> AplBody | None:
    if value is None or year is None:
        return None
    return AplBody(value=float(value), year=year, underserved=bool(underserved))
