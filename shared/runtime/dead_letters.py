"""The page of messages that wait for somebody: why, what is in them, replay or set aside."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from shared.contracts.refusal import Invalid, Refused
from shared.messaging import dead_letters
from shared.messaging.dead_letters import By, DeadLetter
from shared.messaging.parking import count_parked, unpark
from shared.runtime.dead_letter_words import cause_of, masked
from shared.runtime.service import Resources
from shared.runtime.web import Now, Running, Session
from shared.security import staff
from shared.ui import flash, page, redirect

router = APIRouter(include_in_schema=False, dependencies=[staff("admin")])

SHOWN = 200
REPLAYED_AT_ONCE = 5_000

State = Literal["open", "replayed", "discarded"]
STATES = {"open": "En souffrance", "replayed": "Rejoués", "discarded": "Écartés"}


class NothingChosen(Refused):
    """The message does not exist here, or nothing of this type is left."""

    type = "message-introuvable"
    status = 404
    reason = "Ce message n’existe pas, ou il a déjà été réglé."


@router.get("/messages-en-souffrance")
async def show(
    request: Request,
    session: Session,
    state: Annotated[State, Query(alias="etat")] = "open",
    subject: Annotated[str, Query(alias="type", max_length=200)] = "",
) -> HTMLResponse:
    """The messages that could not be settled, masked."""
    found = await dead_letters.letters(
        session, state=state, subject=subject or None, limit=SHOWN + 1
    )
    known = _event_classes(request)
    return page(
        request,
        "ui/dead_letters.html",
        section="administration",
        letters=[
            {
                "letter": letter,
                "cause": cause_of(letter.error),
                "content": masked(letter.payload, known.get(letter.subject)),
            }
            for letter in found[:SHOWN]
        ],
        more=len(found) > SHOWN,
        states=STATES,
        state=state,
        subject=subject,
        subjects=await dead_letters.subjects(session),
        parked=await count_parked(session),
        base=_base(request),
    )


@router.post("/messages-en-souffrance/rejouer")
async def replay(
    request: Request,
    resources: Running,
    now: Now,
    letter: Annotated[UUID | None, Form(alias="message")] = None,
    subject: Annotated[str, Form(alias="type", max_length=200)] = "",
) -> RedirectResponse:
    """Replay one message, those of a type, or all: in order, for each thing they are about."""
    chosen = await _open_letters(resources, letter, subject)
    outcome = await dead_letters.replay(
        resources.database, resources.node.reactions, chosen, _by(request, now)
    )
    if outcome.replayed:
        noun = "message rejoué" if outcome.replayed == 1 else "messages rejoués"
        flash(request, f"{outcome.replayed} {noun}.", kind="success")
    if outcome.failed:
        flash(
            request,
            "Un rejeu a de nouveau échoué : la cause est à corriger avant de recommencer.",
            kind="danger",
        )
    return redirect(_base(request))


@router.post("/messages-en-souffrance/ecarter")
async def discard(
    request: Request,
    session: Session,
    now: Now,
    letter: Annotated[UUID, Form(alias="message")],
    reason: Annotated[str, Form(alias="motif", max_length=500)] = "",
) -> RedirectResponse:
    """Set one message aside for good, with the reason that is kept."""
    if not reason.strip():
        raise Invalid("Indiquez pourquoi ce message est écarté.", field="motif")
    chosen = await dead_letters.letters(session, state="open", ids=[letter])
    if not chosen:
        raise NothingChosen
    await dead_letters.discard(session, chosen, reason.strip(), _by(request, now))
    flash(request, "Message écarté. Le motif est conservé.", kind="success")
    return redirect(_base(request))


@router.post("/messages-en-souffrance/publier")
async def publish_parked(
    request: Request, resources: Running, session: Session
) -> RedirectResponse:
    """Try again to publish what was put aside because it could not be."""
    await unpark(session)
    resources.node.relay.wake()
    flash(request, "Une nouvelle tentative de publication est lancée.", kind="info")
    return redirect(_base(request))


async def _open_letters(
    resources: Resources, letter: UUID | None, subject: str
) -> Sequence[DeadLetter]:
    async with resources.sessions() as session:
        chosen = await dead_letters.letters(
            session,
            state="open",
            subject=subject or None,
            ids=[letter] if letter is not None else None,
            limit=REPLAYED_AT_ONCE,
        )
    if not chosen:
        raise NothingChosen
    return chosen


def _event_classes(request: Request) -> dict[str, type]:
    resources: Resources = request.app.state.resources
    return {
        subscription.event.subject: subscription.event
        for reactions in resources.node.reactions.values()
        for subscription in reactions.reader.reactions
    }


def _by(request: Request, now: Now) -> By:
    actor = request.state.actor
    return By(who=actor.account_id if actor is not None else None, at=now)


def _base(request: Request) -> str:
    return f"/{request.app.state.service}/messages-en-souffrance"
