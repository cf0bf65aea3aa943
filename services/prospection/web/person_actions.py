"""What one button does to a person: limit the processing, begin or end a role."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from services.prospection.application.change_role import begin_role, end_role
from services.prospection.application.restrict_person import restrict_person
from services.prospection.web.access import WRITERS
from services.prospection.web.forms import Errors, read_day, typed
from services.prospection.web.people import person_url
from shared.contracts.refusal import Invalid
from shared.runtime.web import Now, Session
from shared.ui import flash, redirect

router = APIRouter(dependencies=[WRITERS], include_in_schema=False)


@router.post("/personnes/{person_id}/limitation")
async def limit(request: Request, session: Session, now: Now, person_id: UUID) -> RedirectResponse:
    """Limit the processing of this person's data, at their request (RGPD art. 18)."""
    canonical = await restrict_person(session, person_id, limited=True, now=now)
    flash(request, "Traitement limité. Les données sont gardées, elles ne sont plus utilisées.")
    return redirect(person_url(canonical))


@router.post("/personnes/{person_id}/limitation/levee")
async def free(request: Request, session: Session, now: Now, person_id: UUID) -> RedirectResponse:
    """Lift the limitation."""
    canonical = await restrict_person(session, person_id, limited=False, now=now)
    flash(request, "Limitation levée.")
    return redirect(person_url(canonical))


@router.post("/personnes/{person_id}/roles")
async def add_role(
    request: Request, session: Session, now: Now, person_id: UUID
) -> RedirectResponse:
    """This person holds a role from a day on."""
    form, errors = typed(await request.form(), "role", "starts_on"), Errors()
    day = read_day(form["starts_on"], "starts_on", errors)
    if errors:
        raise Invalid(errors.by_field["starts_on"], field="starts_on")
    await begin_role(session, person_id, form["role"], starts_on=day, now=now)
    flash(request, "Rôle ajouté.")
    return redirect(person_url(person_id))


@router.post("/roles/{role_id}/fin")
async def finish_role(
    request: Request, session: Session, now: Now, role_id: UUID
) -> RedirectResponse:
    """This role is over today."""
    person_id = await end_role(session, role_id, now=now)
    flash(request, "Rôle terminé aujourd'hui.")
    return redirect(person_url(person_id))
