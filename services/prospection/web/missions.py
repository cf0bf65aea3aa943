"""Congresses and visits: the list, one of them, and the file brought back from it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import HTMLResponse, Response

from services.prospection.application.prepare_mission import PrepareMission, prepare_mission
from services.prospection.application.start_import import (
    StartImport,
    receive_import,
    start_import,
)
from services.prospection.domain.mission import MISSION_WORDS
from services.prospection.queries.missions import imports_of, mission, missions
from services.prospection.queries.people import Wanted, people
from services.prospection.web.access import READERS, WRITERS, who
from services.prospection.web.forms import (
    MISSION_FIELDS,
    ROLE_CHOICES,
    Errors,
    check_name,
    read_day,
    read_kind,
    read_role,
    shown,
    typed,
)
from shared.contracts.refusal import Invalid, Refused
from shared.runtime.web import Now, Session
from shared.ui import flash, page, redirect

router = APIRouter(dependencies=[READERS], include_in_schema=False)

READ_AT_ONCE = 300_000
"""Bytes up to which a file is read before the page answers; larger ones show their progress."""

KINDS = [(kind.value, words) for kind, words in MISSION_WORDS.items()]


@router.get("/missions")
async def list_missions(request: Request, session: Session, type: str = "") -> HTMLResponse:  # noqa: A002 - the word in the address
    """Everywhere people are met."""
    kind = type if type in dict(KINDS) else None
    found = await missions(session, kind=kind)
    tabs = [{"label": "Toutes", "url": "/prospection/missions", "current": kind is None}] + [
        {"label": words, "url": f"/prospection/missions?type={value}", "current": kind == value}
        for value, words in KINDS
    ]
    return page(request, "office/missions.html", missions=found, tabs_shown=tabs)


@router.get("/missions/nouvelle", dependencies=[WRITERS])
async def new_mission(request: Request) -> HTMLResponse:
    """The form to prepare an edition."""
    title = request.query_params.get("titre", "")[:200]
    kind = request.query_params.get("type", "congress")[:20]
    form = dict.fromkeys(MISSION_FIELDS, "") | {"kind": kind, "title": title}
    return page(request, "office/mission_form.html", form=form, errors={}, kinds=KINDS)


@router.post("/missions/nouvelle", dependencies=[WRITERS])
async def prepare(request: Request, session: Session, now: Now) -> Response:
    """Keep an edition, or show the form again with what was typed."""
    form, errors = typed(await request.form(), *MISSION_FIELDS), Errors()
    check_name(form, "title", "le titre", errors)
    command = PrepareMission(
        kind=read_kind(form["kind"], errors),
        title=form["title"],
        place=form["place"][:200] or None,
        audience=form["audience"][:200] or None,
        starts_on=read_day(form["starts_on"], "starts_on", errors),
        ends_on=read_day(form["ends_on"], "ends_on", errors),
    )
    found = errors.by_field
    if not found:
        try:
            kept = await prepare_mission(session, command, now=now)
        except Invalid as refused:
            await session.rollback()
            found = shown(refused)
        else:
            flash(request, "Mission préparée.")
            return redirect(f"/prospection/missions/{kept.id}")
    return page(request, "office/mission_form.html", 422, form=form, errors=found, kinds=KINDS)


@router.get("/missions/{mission_id}")
async def show_mission(request: Request, session: Session, mission_id: UUID) -> HTMLResponse:
    """One of them, with its files and who was met."""
    return await _mission_page(request, session, mission_id, {})


async def _mission_page(
    request: Request,
    session: Session,
    mission_id: UUID,
    errors: dict[str, str],
    status: int = 200,
) -> HTMLResponse:
    return page(
        request,
        "office/mission.html",
        status,
        mission=await mission(session, mission_id),
        imports=await imports_of(session, mission_id),
        met=await people(session, Wanted(mission_id=mission_id), limit=20),
        roles=ROLE_CHOICES,
        errors=errors,
        may_change=request.state.actor.may("prospection", "guichet"),
    )


@router.post("/missions/{mission_id}/imports", dependencies=[WRITERS])
async def bring_back(
    request: Request,
    session: Session,
    now: Now,
    mission_id: UUID,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take in a file of contacts; its dry run is shown on its own page."""
    errors = Errors()
    role = read_role(typed(await request.form(), "role"), errors)
    if file is None or not file.filename:
        errors.add("file", "Choisissez un fichier CSV ou XLSX.")
    if errors or file is None:
        return await _mission_page(request, session, mission_id, errors.by_field, 422)
    command = StartImport(
        mission_id=mission_id,
        filename=file.filename or "liste",
        content=await file.read(),
        default_role=role,
        by=who(request),
    )
    start = start_import if len(command.content) <= READ_AT_ONCE else receive_import
    try:
        batch = await start(session, command, now=now)
    except Refused as refused:
        if refused.status not in {413, 422}:
            raise
        await session.rollback()
        return await _mission_page(
            request, session, mission_id, {"file": refused.reason}, refused.status
        )
    return redirect(f"/prospection/imports/{batch.id}")
