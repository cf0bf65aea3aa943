"""Registering, without an account: answer, check, send; a double click changes nothing."""

from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.events.application.register_person import RegisterPerson, register_person
from services.events.domain.answers import Answers, InvalidAnswers
from services.events.domain.refusals import KeyMissing
from services.events.queries.event_details import event_details
from services.events.queries.privacy_notice import privacy_notice
from services.events.web.forms import ANSWER_FIELDS, read_registration, ticked, typed
from services.events.web.public import event_page
from shared.contracts.refusal import NotFound, Refused
from shared.runtime.web import Now, Session
from shared.security import public
from shared.ui import allow_return, page, redirect

router = APIRouter(dependencies=[public()], include_in_schema=False)

LONGEST_KEY = 200


async def _form_again(
    request: Request,
    session: Session,
    event_id: UUID,
    refused: Refused | None = None,
) -> HTMLResponse:
    """The form with what was typed, and why it came back."""
    form = await request.form()
    errors = refused.errors if isinstance(refused, InvalidAnswers) else {}
    context = {
        "form": typed(form, *ANSWER_FIELDS),
        "consent": ticked(form, "consent"),
        "errors": errors,
        "refused": None if errors else refused,
    }
    status = refused.status if refused else 200
    return await event_page(request, session, event_id, context, status)


@router.post("/soirees/{event_id}/verification")
async def check_answers(request: Request, session: Session, event_id: UUID) -> HTMLResponse:
    """Show the answers before they are sent, or the form again with what is to be corrected."""
    form = await request.form()
    if form.get("suite") == "corriger":
        return await _form_again(request, session, event_id)
    try:
        answers = read_registration(form)
    except InvalidAnswers as refused:
        return await _form_again(request, session, event_id, refused)
    shown = page(
        request,
        "public/check.html",
        event=await event_details(session, event_id),
        answers=answers,
        sent=_sent(answers),
        key=str(uuid4()),
        notice=(await privacy_notice(session)).version,
    )
    return allow_return(shown)


def _sent(answers: Answers) -> dict[str, str]:
    """What the hidden fields say again."""
    return {
        "first_name": answers.first_name,
        "last_name": answers.last_name,
        "email": answers.email.address,
        "phone": answers.phone or "",
        "profile": answers.profile.value,
        "consent": "true" if answers.consent else "",
    }


@router.post("/soirees/{event_id}/inscriptions")
async def send_answers(request: Request, session: Session, now: Now, event_id: UUID) -> Response:
    """Register; the page that follows says the same to everybody."""
    form = await request.form()
    values = typed(form, "key", "notice")
    try:
        if not 0 < len(values["key"]) <= LONGEST_KEY:
            raise KeyMissing("Cette page a expiré\u00a0: vérifiez vos réponses, puis envoyez-les.")
        answer = await register_person(
            session,
            RegisterPerson(
                event_id=event_id,
                key=values["key"],
                answers=read_registration(form),
                notice_version=_notice_shown(values["notice"]),
            ),
            now=now,
        )
    except NotFound:
        raise
    except Refused as refused:
        # What the refusal left half done is dropped before the form is drawn again.
        await session.rollback()
        return await _form_again(request, session, event_id, refused)
    if answer.refused:
        return await _form_again(request, session, event_id, answer.refused)
    return _thanks(event_id)


def _notice_shown(typed_version: str) -> int | None:
    """The version that was on the page; a forged one is brought down to today's when stored."""
    known = typed_version.isdecimal() and 0 < len(typed_version) < 6
    return max(1, int(typed_version)) if known else None


def _thanks(event_id: UUID) -> RedirectResponse:
    return redirect(f"/events/soirees/{event_id}/merci")


@router.get("/soirees/{event_id}/merci")
async def show_thanks(request: Request, session: Session, event_id: UUID) -> HTMLResponse:
    """What happens next; it says nothing of who registered, nor whether there was a seat."""
    return page(request, "public/done.html", event=await event_details(session, event_id))
