"""The outlines that maps draw instead of tiles: nothing is asked from a third party."""

from fastapi import APIRouter
from fastapi.responses import FileResponse

from shared.security import public
from shared.territory import files

router = APIRouter(prefix="/carte", dependencies=[public()], include_in_schema=False)

_FOR_A_DAY = {"cache-control": "public, max-age=86400"}


@router.get("/departement.geojson")
async def department() -> FileResponse:
    """The outline of the Département (open data, WGS-84)."""
    return _outline("departement-41.geojson")


@router.get("/communes.geojson")
async def communes() -> FileResponse:
    """The outlines of the communes (open data, WGS-84)."""
    return _outline("communes-41.geojson")


def _outline(name: str) -> FileResponse:
    return FileResponse(files.path(name), media_type="application/geo+json", headers=_FOR_A_DAY)
