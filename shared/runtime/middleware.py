"""What surrounds every request: trace, limits of size, origin of forms, security headers."""

from urllib.parse import urlsplit

from opentelemetry.trace import SpanKind, get_current_span
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime.problems import failed, problem, wants_json
from shared.telemetry import Telemetry
from shared.telemetry.tracing import mark_failed, set_attributes
from shared.ui import error_page

MAX_BODY_BYTES = 1_048_576
MAX_UPLOAD_BYTES = 12 * 1_048_576
"""Only for addresses that receive files (their path ends with `/imports`)."""

_CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(), microphone=()",
    "content-security-policy": _CONTENT_POLICY,
    "cache-control": "no-store",
}
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Surroundings:
    """Pure ASGI, one pass: opens the span, checks origin and size, adds the headers."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry, *, secure: bool) -> None:
        self._app = app
        self._telemetry = telemetry
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        head = scope["method"] == "HEAD"
        if head:
            # What answers GET answers HEAD, without its body (RFC 9110 §9.3.2).
            scope = {**scope, "method": "GET"}
        with self._telemetry.span(
            f"{scope['method']}",
            parent=headers.get("traceparent"),
            kind=SpanKind.SERVER,
            http__request__method=scope["method"],
        ) as span:

            async def answer(message: Message) -> None:
                if message["type"] == "http.response.start":
                    route = getattr(scope.get("route"), "path", "?")
                    span.update_name(f"{scope['method']} {route}")
                    set_attributes(
                        span, http__route=route, http__response__status_code=message["status"]
                    )
                    self._add_headers(message)
                elif head:
                    message = {**message, "body": b""}
                await send(message)

            if scope["method"] in _UNSAFE and _from_elsewhere(headers):
                sentence = "Ce formulaire vient d'un autre site\u00a0: il est refusé."
                refusal = _refusal(scope, 403, "autre-origine", sentence)
                await refusal(scope, receive, answer)
                return
            await self._within_size(scope, headers, receive, answer)

    async def _within_size(
        self, scope: Scope, headers: Headers, receive: Receive, send: Send
    ) -> None:
        most = MAX_UPLOAD_BYTES if scope["path"].endswith("/imports") else MAX_BODY_BYTES
        declared = headers.get("content-length", "0")
        if declared.isdecimal() and int(declared) > most:
            await self._too_large(scope, receive, send, most)
            return
        body = _Counted(receive, send, most)
        try:
            await self._app(scope, body.receive, body.send)
        except _TooLargeError:
            if body.started:
                raise
        except Exception as error:
            # Answered here, so that the answer gets its headers and the connection stays open.
            if body.started:
                raise
            mark_failed(get_current_span(), error)
            if not body.exceeded:
                response = await failed(Request(scope, receive), error)
                await response(scope, receive, send)
        if body.exceeded and not body.started:
            await self._too_large(scope, receive, send, most)

    async def _too_large(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        sentence = (
            f"L'envoi dépasse {most // 1_048_576}\u00a0Mo\u00a0: il est refusé, "
            "rien n'a été enregistré."
        )
        await _refusal(scope, 413, "envoi-trop-volumineux", sentence)(scope, receive, send)

    def _add_headers(self, message: Message) -> None:
        add_headers(message)
        if self._secure:
            headers = MutableHeaders(scope=message)
            headers.setdefault("strict-transport-security", "max-age=31536000")


def add_headers(message: Message) -> None:
    """The headers of every answer; nothing is kept by a cache unless the answer says so."""
    headers = MutableHeaders(scope=message)
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)


def _refusal(scope: Scope, status: int, slug: str, sentence: str) -> Response:
    """A refusal before any route: a problem for programs, a page for people."""
    request = Request(scope)
    if wants_json(request):
        return problem(status, slug, sentence)
    return error_page(request, status, sentence)


class _TooLargeError(Exception):
    """The body went past its limit while it was being read."""


class _Counted:
    """A body that is counted while it comes, whatever its declared length.

    The application may turn our error into an answer of its own (a form that could not be
    read): that answer is dropped, ours says what really happened.
    """

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive, self._send, self._most = receive, send, most
        self._received = 0
        self.exceeded = False
        self.started = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > self._most:
            self.exceeded = True
            raise _TooLargeError
        return message

    async def send(self, message: Message) -> None:
        if self.exceeded and not self.started:
            return
        self.started = True
        await self._send(message)


def _from_elsewhere(headers: Headers) -> bool:
    """Whether a browser says that another site sends this (Fetch Metadata, then Origin)."""
    if headers.get("authorization", "").lower().startswith("bearer "):
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")
