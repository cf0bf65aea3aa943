"""Alive, and ready: two questions with two answers."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy import text

from shared.messaging.failures import is_transient
from shared.runtime.service import Resources
from shared.security import public

router = APIRouter(include_in_schema=False)


@router.get("/sante/vivant", dependencies=[public()])
async def alive() -> JSONResponse:
    """The process answers; nothing more is promised."""
    return JSONResponse({"etat": "vivant"})


@router.get("/sante/pret", dependencies=[public()])
async def ready(request: Request) -> JSONResponse:
    """Whether requests should be sent here, with every alarm that stands."""
    resources: Resources = request.app.state.resources
    problems = dict(resources.node.alarms.raised)
    ok = not resources.node.alarms.blocking and not request.app.state.stopping
    try:
        async with resources.sessions() as session:
            await session.execute(text("SELECT 1"))
    except Exception as error:
        if not is_transient(error):
            raise
        ok = False
        problems["database"] = "La base de données ne répond pas."
    return JSONResponse({"pret": ok, "alarmes": problems}, 200 if ok else 503)
