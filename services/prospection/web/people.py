"""Persons: the list, one of them, and the forms to write somebody down or correct."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, StringConstraints

from services.prospection.application.add_person import AddPerson, add_person
from services.prospection.application.change_person import ChangePerson, change_person
from services.prospection.domain.person import ROLE_WORDS, role_words
from services.prospection.queries.missions import missions
from services.prospection.queries.people import Found, Wanted, people
from services.prospection.queries.person_sheet import person_sheet
from services.prospection.queries.timeline import timeline
from services.prospection.web.access import READERS, WRITERS
from services.prospection.web.forms import (
    PERSON_FIELDS,
    ROLE_CHOICES,
    Errors,
    check_name,
    read_contact,
    read_id,
    read_role,
    shown,
    typed,
)
from shared.contracts.refusal import Invalid
from shared.runtime.web import Now, Session
from shared.ui import flash, page, redirect

router = APIRouter(dependencies=[READERS], include_in_schema=False)

SPEAKERS = (
    ("", "Tout"),
    ("events", "Rencontres"),
    ("logement", "Logement"),
    ("notifications", "Messages"),
    ("prospection", "Contacts"),
)
Short = Annotated[str, Query(max_length=60)]
Cursor = Annotated[str | None, Query(max_length=500)]


def person_url(person_id: UUID) -> str:
    """The page of a person."""
    return f"/prospection/personnes/{person_id}"


class Filters(BaseModel):
    """What the list is narrowed to, and the page of it."""

    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    role: Annotated[str, StringConstraints(max_length=60)] = ""
    mission: Annotated[str, StringConstraints(max_length=60)] = ""
    doute: Annotated[str, StringConstraints(max_length=10)] = ""
    suite: Annotated[str, StringConstraints(max_length=500)] = ""


@router.get("/personnes")
async def list_people(
    request: Request, session: Session, given: Annotated[Filters, Query()]
) -> HTMLResponse:
    """Everybody, or those who match."""
    filters = given.model_dump(exclude={"suite"})
    wanted = Wanted(
        q=given.q,
        role=given.role if given.role in ROLE_WORDS else None,
        mission_id=read_id(given.mission, "mission", Errors()),
        in_doubt=bool(given.doute),
    )
    found = await people(session, wanted, cursor=given.suite or None, counted=True)
    known = await missions(session)
    titles = {str(one.id): one.title for one in known}
    return page(
        request,
        "office/people.html",
        found=found,
        filters=filters,
        filter_chips=_chips(filters, titles),
        roles=ROLE_CHOICES,
        missions=[(str(one.id), one.title) for one in known],
        next_url=_next_url(found, filters),
        first_url=_address(filters) if given.suite else None,
    )


def _chips(filters: dict[str, str], titles: dict[str, str]) -> list[dict[str, str]]:
    words = {
        "q": f"«\u00a0{filters['q']}\u00a0»",
        "role": role_words(filters["role"]) if filters["role"] else "",
        "mission": titles.get(filters["mission"], "Mission inconnue"),
        "doute": "En doute",
    }
    return [
        {"label": words[name], "remove_url": _address(filters | {name: ""})}
        for name, value in filters.items()
        if value
    ]


def _address(filters: dict[str, str], **more: str) -> str:
    kept = {name: value for name, value in (filters | more).items() if value}
    return f"/prospection/personnes?{urlencode(kept)}" if kept else "/prospection/personnes"


def _next_url(found: Found, filters: dict[str, str]) -> str | None:
    return _address(filters, suite=found.next) if found.next else None


@router.get("/personnes/nouvelle", dependencies=[WRITERS])
async def new_person(request: Request, session: Session, mission: Short = "") -> HTMLResponse:
    """The form to write somebody down."""
    form = dict.fromkeys(PERSON_FIELDS, "") | {"mission_id": mission}
    return await _person_form(request, session, form, {})


async def _person_form(
    request: Request,
    session: Session,
    form: dict[str, str],
    errors: dict[str, str],
    **context: Any,
) -> HTMLResponse:
    known = await missions(session)
    return page(
        request,
        "office/person_form.html",
        status_code=422 if errors else 200,
        form=form,
        errors=errors,
        roles=ROLE_CHOICES,
        missions=[(str(one.id), one.title) for one in known],
        person=context.get("person"),
    )


@router.post("/personnes/nouvelle", dependencies=[WRITERS])
async def write_down(request: Request, session: Session, now: Now) -> Response:
    """Keep somebody, or show the form again with what was typed."""
    form, errors = typed(await request.form(), *PERSON_FIELDS), Errors()
    check_name(form, "last_name", "le nom", errors)
    check_name(form, "first_name", "le prénom", errors)
    email, phone = read_contact(form, errors)
    role = read_role(form, errors)
    mission_id = read_id(form["mission_id"], "mission_id", errors)
    if errors:
        return await _person_form(request, session, form, errors.by_field)
    command = AddPerson(
        last_name=form["last_name"],
        first_name=form["first_name"],
        email=email,
        phone=phone,
        role=role,
        mission_id=mission_id,
    )
    try:
        person = await add_person(session, command, now=now)
    except Invalid as refused:
        await session.rollback()
        return await _person_form(request, session, form, shown(refused))
    flash(request, f"{person.full_name} fait maintenant partie des personnes connues.")
    return redirect(person_url(person.id))


@router.get("/personnes/{person_id}")
async def show_person(
    request: Request, session: Session, person_id: UUID, vue: Short = "", suite: Cursor = None
) -> Response:
    """One person: who they are, where they are, everything that happened."""
    person = await person_sheet(session, person_id)
    if person.id != person_id:
        return redirect(person_url(person.id))
    speaker = vue if vue in dict(SPEAKERS) else ""
    story = await timeline(session, person.id, cursor=suite, speaker=speaker or None)
    own = person_url(person.id)
    tabs = [
        {
            "label": label,
            "url": f"{own}?vue={name}#fil" if name else f"{own}#fil",
            "current": name == speaker,
        }
        for name, label in SPEAKERS
    ]
    more = {"vue": speaker, "suite": story.next or ""}
    next_url = f"{own}?{urlencode({k: v for k, v in more.items() if v})}#fil"
    return page(
        request,
        "office/person.html",
        person=person,
        story=story,
        tabs_shown=tabs,
        roles=ROLE_CHOICES,
        next_url=next_url if story.next else None,
        first_url=own if suite else None,
        may_change=request.state.actor.may("prospection", "guichet"),
    )


@router.get("/personnes/{person_id}/modification", dependencies=[WRITERS])
async def correct_person(request: Request, session: Session, person_id: UUID) -> Response:
    """The form to correct a name or contact details."""
    person = await person_sheet(session, person_id)
    form = {
        "last_name": person.last_name,
        "first_name": person.first_name,
        "email": person.email or "",
        "phone": person.phone or "",
    }
    return await _person_form(request, session, form, {}, person=person)


@router.post("/personnes/{person_id}/modification", dependencies=[WRITERS])
async def correct(request: Request, session: Session, now: Now, person_id: UUID) -> Response:
    """Keep the correction, or show the form again with what was typed."""
    form, errors = typed(await request.form(), *PERSON_FIELDS[:4]), Errors()
    check_name(form, "last_name", "le nom", errors)
    check_name(form, "first_name", "le prénom", errors)
    email, phone = read_contact(form, errors)
    found = errors.by_field
    if not found:
        command = ChangePerson(
            person_id=person_id,
            last_name=form["last_name"],
            first_name=form["first_name"],
            email=email,
            phone=phone,
        )
        try:
            person = await change_person(session, command, now=now)
        except Invalid as refused:
            await session.rollback()
            found = shown(refused)
        else:
            flash(request, "Fiche corrigée.")
            return redirect(person_url(person.id))
    sheet = await person_sheet(session, person_id)
    return await _person_form(request, session, form, found, person=sheet)
