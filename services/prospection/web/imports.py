"""One import on one page: file, columns, review, confirmation, result."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.prospection.application.cancel_import import cancel_import
from services.prospection.application.choose_columns import choose_columns
from services.prospection.application.confirm_import import confirm_import
from services.prospection.application.decide_lines import decide_lines
from services.prospection.domain.column_titles import Field
from services.prospection.domain.importing import LINE_WORDS, Decision, ImportState, LineState
from services.prospection.queries.import_review import Review, lines, refused_lines_file, review
from services.prospection.queries.missions import mission
from services.prospection.web.access import READERS, WRITERS, who
from services.prospection.web.forms import typed
from shared.contracts.refusal import Invalid
from shared.runtime.web import Now, Session
from shared.ui import flash, page, redirect

router = APIRouter(dependencies=[READERS], include_in_schema=False)

NOT_READ = "ignorer"
FIELDS = [("", "Selon le titre"), (NOT_READ, "Ne pas lire")] + [
    (field.value, field.value[0].upper() + field.value[1:])
    for field in Field
    if field is not Field.NEVER_KEPT
]
# Once it is done, the same tabs say what became of the lines.
DONE_WORDS = {LineState.CREATE: "Créées", LineState.UPDATE: "Mises à jour"}
STEPS = ("Fichier", "Colonnes", "Vérification", "Confirmation", "Résultat")


def import_url(import_id: UUID) -> str:
    """The page of an import."""
    return f"/prospection/imports/{import_id}"


@router.get("/imports/{import_id}")
async def show_import(
    request: Request,
    session: Session,
    import_id: UUID,
    etat: Annotated[str, Query(max_length=20)] = "",
    apres: Annotated[int, Query(ge=0)] = 0,
) -> HTMLResponse:
    """Where the import is; while it works, the part that changes asks for itself again."""
    found = await review(session, import_id)
    state = etat if etat in set(LineState) else _first_state(found)
    shown, after = await lines(session, import_id, state=state, after=apres)
    own = import_url(import_id)
    context: dict[str, Any] = {
        "review": found,
        "batch": found.batch,
        "mission": await mission(session, found.batch.mission_id),
        "steps_shown": _steps(found),
        "state": state,
        "tabs_shown": _tabs(found, state),
        "lines": shown,
        "next_url": f"{own}?etat={state}&apres={after}#lignes" if after else None,
        "first_url": f"{own}?etat={state}#lignes" if apres else None,
        "fields": FIELDS,
        "working": found.batch.state in {ImportState.RECEIVED, ImportState.WRITING},
        "may_change": request.state.actor.may("prospection", "guichet"),
    }
    return page(request, "office/import.html", **context)


def _first_state(found: Review) -> str:
    """What asks for attention first."""
    for state in (LineState.DOUBT, LineState.CREATE, LineState.UPDATE, LineState.REFUSED):
        if found.counts[state.value]:
            return state.value
    return LineState.CREATE.value


def _tabs(found: Review, state: str) -> list[dict[str, Any]]:
    own = import_url(found.batch.id)
    past = DONE_WORDS if found.batch.state == ImportState.DONE else {}
    return [
        {
            "label": past.get(one, words),
            "url": f"{own}?etat={one.value}#lignes",
            "count": found.counts[one.value],
            "current": one.value == state,
        }
        for one, words in LINE_WORDS.items()
    ]


def _steps(found: Review) -> list[dict[str, Any]]:
    over = found.batch.state in {ImportState.DONE, ImportState.CANCELLED}
    return [
        {
            "label": label,
            "state": "fait"
            if over or rank < found.step
            else "en_cours"
            if rank == found.step
            else "a_venir",
        }
        for rank, label in enumerate(STEPS, 1)
    ]


@router.post("/imports/{import_id}/colonnes", dependencies=[WRITERS])
async def say_columns(request: Request, session: Session, import_id: UUID) -> RedirectResponse:
    """Read the file again with the columns that staff chose."""
    found = await review(session, import_id)
    form = await request.form()
    mapping = {}
    for rank, column in enumerate(found.batch.columns):
        chosen = form.get(f"colonne-{rank}")
        if isinstance(chosen, str) and chosen in dict(FIELDS) and chosen:
            mapping[str(column["title"])] = chosen
    await choose_columns(session, import_id, mapping)
    flash(request, "Fichier relu avec ces colonnes.")
    return redirect(f"{import_url(import_id)}#lignes")


@router.post("/imports/{import_id}/decisions", dependencies=[WRITERS])
async def decide(request: Request, session: Session, import_id: UUID) -> RedirectResponse:
    """Say who a line in doubt is."""
    form = typed(await request.form(), "line", "decision")
    if not form["line"].isdecimal() or len(form["line"]) > 9:
        raise Invalid("Cette ligne n'existe pas.", field="line")
    wanted = form["decision"]
    if wanted and wanted not in set(Decision):
        raise Invalid("Cette réponse n'existe pas.", field="decision")
    await decide_lines(
        session, import_id, [int(form["line"])], Decision(wanted) if wanted else None
    )
    return redirect(f"{import_url(import_id)}?etat=doubt#lignes")


@router.post("/imports/{import_id}/confirmation", dependencies=[WRITERS])
async def confirm(
    request: Request, session: Session, now: Now, import_id: UUID
) -> RedirectResponse:
    """Write the dry run to persons; pressing twice changes nothing."""
    batch = await confirm_import(session, import_id, by=who(request), now=now)
    if batch.state == ImportState.DONE:
        flash(request, "Import terminé.")
    return redirect(import_url(import_id))


@router.post("/imports/{import_id}/annulation", dependencies=[WRITERS])
async def give_up(request: Request, session: Session, import_id: UUID) -> RedirectResponse:
    """Forget the file; nothing was written."""
    batch = await cancel_import(session, import_id)
    flash(request, "Import abandonné : rien n'a été enregistré.".replace(" :", "\u00a0:"), "info")
    return redirect(f"/prospection/missions/{batch.mission_id}")


@router.get("/imports/{import_id}/lignes-refusees.csv")
async def refused_lines(session: Session, import_id: UUID) -> Response:
    """The refused lines, to correct and import again."""
    found = await review(session, import_id)
    return Response(
        await refused_lines_file(session, found.batch.id),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="lignes-refusees.csv"'},
    )
