"""Every route declares who may call it; a route without a policy stops the start."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import Depends, FastAPI, Request
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from shared.contracts.refusal import Refused
from shared.persistence.sessions import Database
from shared.security import sessions, tokens
from shared.security.actor import Actor

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SignInNeeded(Exception):
    """A page was asked for without a session: the browser is sent to sign in."""


class Forbidden(Refused):
    """Signed in, but without the role."""

    type = "acces-refuse"
    status = 403
    reason = "Votre rôle ne donne pas accès à cette page ou à cette action."


class FormExpired(Refused):
    """The anti-forgery field is missing or of another session."""

    type = "formulaire-expire"
    status = 403
    reason = "Ce formulaire a expiré. Rechargez la page et recommencez : rien n'a été enregistré."


class AccessNeeded(Refused):
    """An API call without a token."""

    type = "acces-requis"
    status = 401
    reason = "Un jeton d'accès est nécessaire pour cet appel."


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may call a route. Used as a FastAPI dependency; sets `request.state.actor`."""

    kind: Literal["public", "link", "staff"]
    roles: frozenset[str] = field(default_factory=frozenset)

    async def __call__(self, request: Request) -> None:
        """Let the request pass, or raise SignInNeeded, AccessNeeded, Forbidden, FormExpired."""
        actor, csrf_token = await _who(request)
        request.state.actor = actor
        request.state.csrf_token = csrf_token
        if self.kind != "staff":
            return
        if actor is None:
            if "/api/" in request.url.path:
                raise AccessNeeded
            raise SignInNeeded
        if self.roles and not actor.may(*self.roles):
            raise Forbidden
        if csrf_token and request.method not in SAFE_METHODS:
            await _check_form(request, csrf_token)


def public() -> Any:
    """Anybody may call this route."""
    return Depends(Policy("public"))


def action_link() -> Any:
    """Whoever holds the signed link may call this route; the route reads the link itself."""
    return Depends(Policy("link"))


def staff(*roles: str) -> Any:
    """Somebody signed in (session or bearer token) who has one of `roles`; none: any of them."""
    return Depends(Policy("staff", frozenset(roles)))


def policy_of(route: RouteContext) -> Policy | None:
    """The policy a route declares, itself or by its router."""
    dependant = getattr(route, "dependant", None)
    for dependency in dependant.dependencies if dependant else ():
        if isinstance(dependency.call, Policy):
            return dependency.call
    return None


def api_routes(app: FastAPI) -> Iterator[RouteContext]:
    """Every route of `app` that FastAPI answers, those of included routers too."""
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            yield route


def require_policies(app: FastAPI) -> None:
    """Raise ValueError naming every route that declares no policy."""
    bare = [
        f"{'/'.join(sorted(route.methods or ()))} {route.path}"
        for route in api_routes(app)
        if policy_of(route) is None
    ]
    if bare:
        raise ValueError(f"routes without a policy: {', '.join(bare)}")


async def _who(request: Request) -> tuple[Actor | None, str]:
    """The actor and, for a browser session, its anti-forgery token."""
    state = request.app.state
    header = request.headers.get("authorization", "")
    if header.lower().startswith("bearer "):
        claims = tokens.verify(
            state.issuer_public_jwk, header[7:].strip(), audience="api", now=state.clock()
        )
        return Actor(account_id=_account(claims.subject), roles=frozenset(claims.roles)), ""
    cookie = request.cookies.get(state.session_cookie)
    if cookie is None:
        return None, ""
    database: Database = state.database
    async with database.transaction() as session:
        found = await sessions.find_session(session, cookie, now=state.clock())
        if found is None:
            return None, ""
        name = await state.display_name(session, found.account_id)
    actor = Actor(account_id=found.account_id, roles=found.roles, display_name=name)
    return actor, found.csrf_token


def _account(subject: str) -> UUID:
    try:
        return UUID(subject)
    except ValueError:
        return uuid5(NAMESPACE_URL, f"ancrage:{subject}")


async def _check_form(request: Request, expected: str) -> None:
    given = request.headers.get("x-csrf-token")
    if given is None and request.headers.get("content-type", "").startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        value = (await request.form()).get("csrf_token")
        given = value if isinstance(value, str) else None
    # As bytes: the comparison of texts raises on anything but ASCII.
    if given is None or not hmac.compare_digest(given.encode(), expected.encode()):
        raise FormExpired
