"""Signing in once for every service: the relay, the development sign-in, signing out."""

from typing import Annotated, Any, Protocol, cast
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from services.identity.application.end_sessions import end_sessions
from services.identity.application.mint_ticket import Asked, mint_ticket
from services.identity.application.sign_in import sign_in
from services.identity.queries.account_list import accounts_to_choose
from shared.contracts.catalogue import SPEAKERS
from shared.contracts.refusal import Invalid, NotFound
from shared.runtime.session_routes import local_path
from shared.runtime.web import Now, Session, Settings
from shared.security import public
from shared.security.cookies import cookie_name, set_session_cookie
from shared.ui import page, redirect

router = APIRouter(include_in_schema=False, dependencies=[public()])

HOME = "/prospection/"


class Trip(BaseModel):
    """Which service asks, with its nonce, and where the person was going (`retour`)."""

    service: str = Field("", max_length=40)
    nonce: str = Field("", max_length=200)
    retour: str = Field(HOME, max_length=2000)

    @property
    def back(self) -> str:
        """Where to go afterwards, on this site for sure."""
        return local_path(self.retour)

    def query(self) -> str:
        """The same trip, in an address."""
        return urlencode({"service": self.service, "nonce": self.nonce, "retour": self.back})


class Choice(Trip):
    """A trip, and who one chose to be."""

    account_id: UUID


class HoldsKey(Protocol):
    """Settings with the issuer's private key: those of identity alone."""

    @property
    def issuer_private_key(self) -> dict[str, Any]:
        """The key, parsed."""


class DevelopmentOnly(NotFound):
    """The sign-in without password exists on a laptop only."""


class UnknownService(Invalid):
    """The relay only answers the services of the platform."""

    reason = "Ce service n’existe pas."


@router.get("/relais")
async def relay(
    request: Request,
    session: Session,
    now: Now,
    settings: Settings,
    trip: Annotated[Trip, Query()],
) -> Response:
    """Tell a service who its visitor is, once they are signed in here."""
    if trip.service not in SPEAKERS:
        raise UnknownService
    actor = request.state.actor
    if actor is None:
        return redirect(f"/identity/connexion?{trip.query()}")
    ticket = await mint_ticket(
        session,
        actor.account_id,
        Asked(service=trip.service, nonce=trip.nonce),
        cast("HoldsKey", settings).issuer_private_key,
        now=now,
    )
    query = urlencode({"ticket": ticket, "retour": trip.back})
    return redirect(f"/{trip.service}/session/ouvrir?{query}")


@router.get("/connexion")
async def choose(
    request: Request,
    session: Session,
    settings: Settings,
    trip: Annotated[Trip, Query()],
) -> HTMLResponse:
    """The development sign-in: choose who to be."""
    _only_in_development(settings)
    return page(
        request,
        "public/sign_in.html",
        accounts=await accounts_to_choose(session),
        trip=trip,
    )


@router.post("/connexion")
async def enter(
    request: Request,
    session: Session,
    now: Now,
    settings: Settings,
    choice: Annotated[Choice, Form()],
) -> RedirectResponse:
    """Open the session of identity, then go on to where the person was going."""
    _only_in_development(settings)
    token = await sign_in(session, choice.account_id, now=now)
    asked = f"/identity/relais?{choice.query()}" if choice.service else choice.back
    response = redirect(asked)
    set_session_cookie(request, response, token)
    return response


@router.post("/deconnexion")
async def leave(request: Request, session: Session, now: Now) -> RedirectResponse:
    """End every session of the person, in every service.

    No form token is asked for (services send their visitors here); the browser's own word on
    the origin of the form is checked for every unsafe request. The cookies of all services are
    taken back too: this browser is out even where the session of identity had ended before.
    """
    actor = request.state.actor
    if actor is not None:
        await end_sessions(session, actor.account_id, now=now)
    response = redirect("/")
    _forget_cookies(request, response)
    return response


def _only_in_development(settings: Settings) -> None:
    if not getattr(settings, "development_sign_in", False):
        raise DevelopmentOnly


def _forget_cookies(request: Request, response: Response) -> None:
    secure = request.app.state.secure
    for name in SPEAKERS:
        response.delete_cookie(
            cookie_name(name, secure=secure), secure=secure, httponly=True, samesite="lax"
        )
