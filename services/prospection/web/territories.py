"""The place « Territoires »: communes and their map, intercommunal bodies, sectors, schools."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from pydantic import BaseModel, StringConstraints

from services.prospection.queries.territory import (
    FoundCommunes,
    Sort,
    WantedCommunes,
    communes,
)
from services.prospection.queries.territory_access import legend, zones
from services.prospection.queries.territory_commune import commune_sheet
from services.prospection.queries.territory_groups import epci_shown, sectors_shown
from services.prospection.queries.territory_training import training
from shared.runtime.web import Now, Session
from shared.security import public, staff
from shared.territory import files
from shared.ui import page, redirect

router = APIRouter(prefix="/territoires", dependencies=[staff()], include_in_schema=False)
outlines = APIRouter(prefix="/territoires", dependencies=[public()], include_in_schema=False)

HOME = "/prospection/territoires"
AT_ONCE = 30
_FOR_A_DAY = {"cache-control": "public, max-age=86400"}
_TABS = (
    ("Communes", HOME),
    ("Intercommunalités", f"{HOME}/intercommunalites"),
    ("Secteurs", f"{HOME}/secteurs"),
    ("Écoles et congrès", f"{HOME}/ecoles-et-congres"),
)
_SORTS = (
    (Sort.MATCH, "pertinence"),
    (Sort.NAME, "nom"),
    (Sort.POPULATION, "population, la plus grande d’abord"),
    (Sort.APL, "APL, la plus faible d’abord"),
)


class CommuneFilters(BaseModel):
    """What the list is narrowed to, its order, and the page of it."""

    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    epci: Annotated[str, StringConstraints(max_length=20)] = ""
    sous_dotees: Annotated[str, StringConstraints(max_length=10)] = ""
    tri: Annotated[str, StringConstraints(max_length=20)] = ""
    suite: Annotated[str, StringConstraints(max_length=500)] = ""


@router.get("")
async def list_communes(
    request: Request, session: Session, given: Annotated[CommuneFilters, Query()]
) -> HTMLResponse:
    """The communes that match, and the map of all of them."""
    epci_names = {one.siren: one.name for one in await epci_shown(session)}
    filters = _understood(given, epci_names)
    wanted = WantedCommunes(
        q=filters["q"],
        epci_siren=filters["epci"] or None,
        underserved=bool(filters["sous_dotees"]),
        sort=Sort(filters["tri"]) if filters["tri"] else None,
    )
    found = await communes(session, wanted, cursor=given.suite or None, limit=AT_ONCE)
    return page(
        request,
        "office/territory_communes.html",
        tabs_shown=_tabs(HOME),
        found=found,
        filters=filters,
        filter_chips=_chips(filters, epci_names),
        narrowed=any(filters.values()) or bool(given.suite),
        epci=sorted(epci_names.items(), key=lambda pair: pair[1]),
        sorts=_sorts(wanted, filters),
        legend=legend(await zones(session)),
        next_url=_next_url(found, filters),
        first_url=_address(filters) if given.suite else None,
    )


@router.get("/intercommunalites")
async def list_epci(request: Request, session: Session) -> HTMLResponse:
    """The intercommunal bodies, counted inside the Département."""
    shown = await epci_shown(session)
    tabs = _tabs(f"{HOME}/intercommunalites")
    return page(request, "office/territory_epci.html", tabs_shown=tabs, epci=shown)


@router.get("/secteurs")
async def list_sectors(request: Request, session: Session) -> HTMLResponse:
    """The sectors, with why they are a hypothesis and how sure each line is."""
    sectors = await sectors_shown(session)
    tabs = _tabs(f"{HOME}/secteurs")
    return page(request, "office/territory_sectors.html", tabs_shown=tabs, sectors=sectors)


@router.get("/ecoles-et-congres")
async def list_training(request: Request, session: Session) -> HTMLResponse:
    """Where future professionals are, with the mission that prepares to meet them."""
    return page(
        request,
        "office/territory_training.html",
        tabs_shown=_tabs(f"{HOME}/ecoles-et-congres"),
        training=await training(session),
    )


@router.get("/communes/{code}")
async def show_commune(request: Request, session: Session, now: Now, code: str) -> Response:
    """One commune; the code of before leads to the commune of today."""
    sheet = await commune_sheet(session, code, now=now)
    if sheet.commune.code != code:
        return redirect(f"{HOME}/communes/{sheet.commune.code}")
    return page(request, "office/territory_commune.html", sheet=sheet)


@router.get("/carte/apl.json")
async def map_colours(session: Session) -> dict[str, dict[str, str]]:
    """What the map colours, by INSEE code; the table beside it says the same."""
    return {
        zone.code: {
            "classe": zone.access.value,
            "label": zone.label,
            "url": f"{HOME}/communes/{zone.code}",
        }
        for zone in await zones(session)
    }


@outlines.get("/carte/communes.geojson")
async def commune_outlines() -> FileResponse:
    """The outlines of the communes (open data, WGS-84)."""
    return _outline("communes-41.geojson")


@outlines.get("/carte/departement.geojson")
async def department_outline() -> FileResponse:
    """The outline of the Département (open data, WGS-84)."""
    return _outline("departement-41.geojson")


def _outline(name: str) -> FileResponse:
    return FileResponse(files.path(name), media_type="application/geo+json", headers=_FOR_A_DAY)


def _understood(given: CommuneFilters, epci_names: dict[str, str]) -> dict[str, str]:
    """The filters that mean something: an unknown body or order is left out."""
    return {
        "q": given.q,
        "epci": given.epci if given.epci in epci_names else "",
        "sous_dotees": "oui" if given.sous_dotees else "",
        "tri": given.tri if given.tri in set(Sort) else "",
    }


def _tabs(current: str) -> list[dict[str, Any]]:
    return [{"label": label, "url": url, "current": url == current} for label, url in _TABS]


def _chips(filters: dict[str, str], epci_names: dict[str, str]) -> list[dict[str, str]]:
    words = {
        "q": f"«\u00a0{filters['q']}\u00a0»",
        "epci": epci_names.get(filters["epci"], ""),
        "sous_dotees": "Sous-dotées (APL <\u00a02,5)",
    }
    return [
        {"label": label, "remove_url": _address(filters | {name: ""})}
        for name, label in words.items()
        if filters[name]
    ]


def _sorts(wanted: WantedCommunes, filters: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": _address(filters | {"tri": sort.value}),
            "current": sort is wanted.order,
        }
        for sort, label in _SORTS
        if sort is not Sort.MATCH or wanted.q
    ]


def _address(filters: dict[str, str], **more: str) -> str:
    kept = {name: value for name, value in (filters | more).items() if value}
    return f"{HOME}?{urlencode(kept)}#communes" if kept else HOME


def _next_url(found: FoundCommunes, filters: dict[str, str]) -> str | None:
    return _address(filters, suite=found.next) if found.next else None
