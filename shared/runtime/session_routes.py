"""Single sign-on: a silent trip to identity and back, with a ticket used once."""

import hmac
import secrets
from datetime import timedelta
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from shared.contracts.refusal import Refused
from shared.runtime.web import Now, Session, Settings
from shared.security import public, sessions, staff, tokens
from shared.security.cookies import clear_session_cookie, set_session_cookie

router = APIRouter(include_in_schema=False)

_NONCE_LIFETIME = timedelta(minutes=15)

Back = Annotated[str, Query(alias="retour", max_length=2000)]


class SignInFailed(Refused):
    """The ticket is not ours, was used, or is of another browser."""

    type = "connexion-refusee"
    status = 403
    reason = "La connexion n'a pas abouti. Revenez à l'accueil et recommencez."


def local_path(path: str) -> str:
    """`path` when it stays on this site, else `/`."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path
    # Browsers drop tabs and line breaks from an address: « /<tab>/ailleurs » would leave the site.
    return path if plain and path.isprintable() else "/"


@router.get("/session/debut", dependencies=[public()])
async def begin(request: Request, settings: Settings, back: Back = "/") -> RedirectResponse:
    """Send the browser to identity; the answer must come back to this very browser."""
    service = request.app.state.service
    nonce = secrets.token_urlsafe(24)
    response = RedirectResponse(
        f"/identity/relais?service={service}&nonce={nonce}&retour={quote(local_path(back))}", 303
    )
    response.set_cookie(
        f"ancrage-{service}-nonce",
        nonce,
        max_age=int(_NONCE_LIFETIME.total_seconds()),
        path=f"/{service}/session",
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )
    return response


@router.get("/session/ouvrir", dependencies=[public()])
async def finish(
    request: Request,
    session: Session,
    now: Now,
    settings: Settings,
    ticket: Annotated[str, Query(max_length=4000)],
    back: Back = "/",
) -> RedirectResponse:
    """Open this service's own session from a ticket signed by identity."""
    service = request.app.state.service
    claims = tokens.verify(settings.issuer_key, ticket, audience=f"session:{service}", now=now)
    nonce = request.cookies.get(f"ancrage-{service}-nonce", "")
    if not nonce or not hmac.compare_digest(nonce.encode(), (claims.nonce or "").encode()):
        raise SignInFailed
    if not await sessions.use_ticket(session, claims.token_id, claims.expires_at):
        raise SignInFailed
    token = await sessions.open_session(session, UUID(claims.subject), claims.roles, now=now)
    response = RedirectResponse(local_path(back), 303)
    set_session_cookie(request, response, token)
    response.delete_cookie(f"ancrage-{service}-nonce", path=f"/{service}/session")
    return response


@router.post("/session/fermer", dependencies=[staff()])
async def leave(request: Request, session: Session) -> RedirectResponse:
    """Close this service's session."""
    cookie = request.cookies.get(request.app.state.session_cookie)
    if cookie is not None:
        await sessions.close_session(session, cookie)
    response = RedirectResponse("/", 303)
    clear_session_cookie(request, response)
    return response
