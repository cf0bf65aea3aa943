"""The API: missions, and the files of contacts brought back from them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict

from services.prospection.application.cancel_import import cancel_import
from services.prospection.application.confirm_import import confirm_import
from services.prospection.application.decide_lines import decide_lines
from services.prospection.application.start_import import StartImport, start_import
from services.prospection.domain.importing import Decision, ImportState, LineState
from services.prospection.domain.person import ROLE_WORDS
from services.prospection.queries.import_review import lines, review
from services.prospection.queries.missions import missions
from services.prospection.web.access import PROGRAMS, who
from shared.contracts.refusal import Invalid
from shared.runtime.paging import Limit, Page
from shared.runtime.web import Now, Session

router = APIRouter(prefix="/api/v1", dependencies=[PROGRAMS], tags=["missions"])


class MissionBody(BaseModel):
    """A congress or a visit; not verified means that no source was found."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str
    title: str
    place: str | None
    starts_on: date | None
    ends_on: date | None
    verified: bool
    persons: int


class CountsBody(BaseModel):
    """How many lines of each kind."""

    create: int
    update: int
    unchanged: int
    doubt: int
    refused: int
    duplicate: int


class ImportLineBody(BaseModel):
    """A line, what the dry run says of it, and why."""

    line: int
    state: str
    name: str
    email: str | None
    phone: str | None
    role: str | None
    reason: str
    warnings: list[str]
    decision: str | None
    known_id: UUID | None


class ImportBody(BaseModel):
    """An import; while `state` is `writing`, `written` grows."""

    id: UUID
    mission_id: UUID
    filename: str
    state: str
    problem: str | None
    lines: int
    written: int
    counts: CountsBody
    warnings: list[str]
    result: dict[str, int] | None
    items: list[ImportLineBody]
    next: str | None


class DecisionBody(BaseModel):
    """Who lines in doubt are: `create`, `same`, `skip`; null leaves them in doubt."""

    lines: list[int]
    decision: Decision | None


After = Annotated[int, Query(ge=0, le=2_147_483_647, alias="cursor")]


@router.get("/missions", summary="Lister les missions")
async def list_missions(session: Session) -> Page[MissionBody]:
    """All congresses and visits; there are few, hence one page."""
    return Page(items=[MissionBody.model_validate(one) for one in await missions(session)])


@router.post("/missions/{mission_id}/imports", status_code=201, summary="Envoyer un fichier")
async def send_file(
    request: Request,
    session: Session,
    now: Now,
    mission_id: UUID,
    file: Annotated[UploadFile, File(description="CSV ou XLSX")],
    role: Annotated[str, Form(max_length=40)] = "contact",
) -> ImportBody:
    """Make the dry run of a file; nothing is written before the confirmation."""
    if role not in ROLE_WORDS:
        raise Invalid("Ce rôle n'existe pas.", field="role")
    command = StartImport(
        mission_id=mission_id,
        filename=file.filename or "liste",
        content=await file.read(),
        default_role=role,
        by=who(request),
    )
    batch = await start_import(session, command, now=now)
    return await _body(session, batch.id)


@router.get("/imports/{import_id}", summary="Suivre un import")
async def read_import(
    session: Session,
    import_id: UUID,
    state: LineState | None = None,
    after: After = 0,
    limit: Limit = 50,
) -> ImportBody:
    """Counts, and lines in the order of the file."""
    return await _body(session, import_id, state=state, after=after, limit=limit)


@router.post("/imports/{import_id}/decisions", summary="Trancher des lignes en doute")
async def decide(session: Session, import_id: UUID, body: DecisionBody) -> ImportBody:
    """Say who lines in doubt are."""
    await decide_lines(session, import_id, body.lines, body.decision)
    return await _body(session, import_id)


@router.post(
    "/imports/{import_id}/confirmation",
    summary="Confirmer un import",
    responses={202: {"description": "En cours d'écriture : relire l'import"}},
)
async def confirm(
    request: Request, response: Response, session: Session, now: Now, import_id: UUID
) -> ImportBody:
    """Write the dry run; 202 while a large one is being written. Twice changes nothing."""
    batch = await confirm_import(session, import_id, by=who(request), now=now)
    if batch.state == ImportState.WRITING:
        response.status_code = 202
    return await _body(session, import_id)


@router.post("/imports/{import_id}/cancellation", summary="Abandonner un import")
async def give_up(session: Session, import_id: UUID) -> ImportBody:
    """Forget the file; nothing was written."""
    await cancel_import(session, import_id)
    return await _body(session, import_id)


async def _body(
    session: Session,
    import_id: UUID,
    *,
    state: LineState | None = None,
    after: int = 0,
    limit: int = 50,
) -> ImportBody:
    found = await review(session, import_id)
    shown, following = await lines(
        session, import_id, state=state.value if state else None, after=after, limit=limit
    )
    batch = found.batch
    result = None
    if batch.state == ImportState.DONE:
        names = ("created", "updated", "in_doubt", "refused")
        result = {name: getattr(batch, name) for name in names}
    return ImportBody(
        id=batch.id,
        mission_id=batch.mission_id,
        filename=batch.filename,
        state=batch.state,
        problem=batch.problem,
        lines=batch.lines,
        written=batch.written,
        counts=CountsBody(**found.counts),
        warnings=batch.warnings,
        result=result,
        items=[
            ImportLineBody(
                line=line.line,
                state=line.state,
                name=line.name,
                email=line.email,
                phone=line.phone,
                role=line.role,
                reason=line.words,
                warnings=line.warnings,
                decision=line.decision,
                known_id=line.known_id,
            )
            for line in shown
        ],
        next=str(following) if following else None,
    )
