"""Asking for a home without an account: explain, answer, check, send; works without JavaScript."""

from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.logement.application.open_request import open_request
from services.logement.queries.find_commune import find_commune, label, suggestions
from services.logement.web.answers import AskAnswers
from services.logement.web.cell import Cell, HousingCell
from services.logement.web.forms import ASK_FIELDS, ask_of, read_ask, typed
from shared.contracts.refusal import Invalid, Refused
from shared.runtime.web import Now, Session
from shared.security import public
from shared.ui import allow_return, page, redirect

router = APIRouter(dependencies=[public()], include_in_schema=False)

LONGEST_KEY = 100


@router.get("/")
async def home(request: Request, cell: HousingCell) -> HTMLResponse:
    """What the housing cell does, and the way to ask."""
    return page(request, "public/home.html", cell=cell)


@router.get("/demande/nouvelle")
async def new_request(request: Request, cell: HousingCell) -> HTMLResponse:
    """The empty form, with the key that makes a double click harmless."""
    empty = dict.fromkeys(ASK_FIELDS, "") | {"household_size": "1", "children": "0"}
    return _form(request, cell, (empty, str(uuid4())))


@router.post("/demande/verification")
async def check_answers(request: Request, session: Session, cell: HousingCell) -> HTMLResponse:
    """The answers to check before they are sent, or the form again."""
    values, key = await _typed(request)
    if (await request.form()).get("suite") == "corriger":
        return _form(request, cell, (values, key))
    answers, errors = await _read(session, values)
    if answers is None:
        return _form(request, cell, (values, key), errors)
    return allow_return(page(request, "public/check.html", answers=answers, sent=values, key=key))


@router.post("/demande/envoi")
async def send_answers(request: Request, session: Session, now: Now, cell: HousingCell) -> Response:
    """Open the request; the answer is the same whatever was known of the person."""
    values, key = await _typed(request)
    answers, errors = await _read(session, values)
    if answers is None:
        return _form(request, cell, (values, key), errors)
    try:
        await open_request(session, ask_of(answers), idempotency_key=key, now=now)
    except Refused as refused:
        return _form(request, cell, (values, key), {refused.field or "form": refused.reason})
    return redirect("/logement/demande/merci")


@router.get("/demande/merci")
async def thanks(request: Request, cell: HousingCell) -> HTMLResponse:
    """What happens next."""
    return page(request, "public/thanks.html", cell=cell)


async def _typed(request: Request) -> tuple[dict[str, str], str]:
    form = await request.form()
    key = form.get("key")
    if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        key = str(uuid4())
    return typed(form, ASK_FIELDS), key


async def _read(
    session: Session, values: dict[str, str]
) -> tuple[AskAnswers | None, dict[str, str]]:
    """The answers with the commune found, or the sentences of what is to be corrected."""
    code, unknown = "", {}
    try:
        commune = await find_commune(
            session, values["placement_commune"], field="placement_commune"
        )
        code = commune.code
        values["placement_commune"] = label(commune.name, commune.code)
    except Invalid as refused:
        unknown = {"placement_commune": refused.reason}
    answers, errors = read_ask(values, code)
    if answers is not None and answers.ends_on <= answers.starts_on:
        return None, {"ends_on": "La date de départ doit être après la date d'arrivée."}
    if unknown and values["placement_commune"]:
        errors |= unknown
    return (None, errors) if errors else (answers, {})


def _form(
    request: Request,
    cell: Cell,
    sent: tuple[dict[str, str], str],
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    """The form with what was typed and its key, and what is to be corrected."""
    values, key = sent
    context: dict[str, Any] = {
        "form": values,
        "key": key,
        "errors": errors or {},
        "communes": suggestions(),
        "cell": cell,
    }
    return page(request, "public/form.html", 422 if errors else 200, **context)
