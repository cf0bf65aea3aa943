"""Short messages that survive one redirect, in a signed cookie read once."""

from typing import Literal, TypedDict

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "ancrage_flash"
LIFETIME_SECONDS = 120
# A cookie above 4 KB is dropped whole by browsers: fewer or shorter messages always fit.
_AT_MOST = 3
_LONGEST = 300

Kind = Literal["success", "danger", "warning", "info"]
_KEY = "ancrage.flash"


class Flash(TypedDict):
    """One message for the person, with its colour."""

    kind: str
    text: str


class _Outgoing:
    """What this request leaves for the next page, and whether it showed what it received."""

    def __init__(self) -> None:
        self.left: list[Flash] = []
        self.shown = False


def _serializer(request: Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(request.app.state.ui_secret, salt="flash")


def _outgoing(request: Request) -> _Outgoing:
    outgoing: _Outgoing | None = request.scope.get(_KEY)
    if outgoing is None:
        raise RuntimeError("FlashMiddleware is not installed on this application.")
    return outgoing


def flash(request: Request, text: str, kind: Kind = "success") -> None:
    """Say `text` on the next page this person sees (or on this one if it is rendered now)."""
    outgoing = _outgoing(request)
    outgoing.left = [*outgoing.left, Flash(kind=kind, text=text[:_LONGEST])][-_AT_MOST:]


def take(request: Request) -> list[Flash]:
    """The messages to show on the page being rendered; they will not be shown again."""
    if _KEY not in request.scope:
        return []
    outgoing = _outgoing(request)
    outgoing.shown = True
    received, outgoing.left = _received(request) + outgoing.left, []
    return received


def _received(request: Request) -> list[Flash]:
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return []
    try:
        pairs = _serializer(request).loads(cookie, max_age=LIFETIME_SECONDS)
    except BadData:
        return []
    return [Flash(kind=str(kind), text=str(text)) for kind, text in pairs]


class FlashMiddleware:
    """Writes the cookie of the messages left by a request, and clears it once shown."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        outgoing = scope[_KEY] = _Outgoing()
        request = Request(scope)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookie = _cookie(request, outgoing)
                if cookie:
                    MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def _cookie(request: Request, outgoing: _Outgoing) -> str | None:
    if outgoing.left:
        waiting = [] if outgoing.shown else _received(request)
        pairs = [(item["kind"], item["text"]) for item in [*waiting, *outgoing.left][-_AT_MOST:]]
        return _header(request, str(_serializer(request).dumps(pairs)), LIFETIME_SECONDS)
    if outgoing.shown and COOKIE in request.cookies:
        return _header(request, "", 0)
    return None


def _header(request: Request, value: str, lifetime: int) -> str:
    secure = "; Secure" if request.url.scheme == "https" else ""
    return f"{COOKIE}={value}; Path=/; Max-Age={lifetime}; HttpOnly; SameSite=Lax{secure}"
