"""The front door when each service has its own process: requests handed on as they are."""

from collections.abc import AsyncIterator, Mapping
from typing import Final

import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

# What belongs to one connection, not to the message (RFC 9110, 7.6.1).
_OF_THE_CONNECTION: Final = {
    b"connection",
    b"keep-alive",
    b"proxy-authenticate",
    b"proxy-authorization",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
}
_FORWARDED: Final = {b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host"}
_DOWN: Final = (
    "Cette partie d’Ancrage redémarre. Rien n’est perdu : réessayez dans quelques secondes."
)


class Proxy:
    """Hands the requests of one service on to its process, bodies streamed both ways."""

    def __init__(self, targets: Mapping[str, str], limit_seconds: float = 60.0) -> None:
        """`targets`: service → address of its process (`http://127.0.0.1:N`)."""
        self._targets = dict(targets)
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(limit_seconds, connect=2.0),
            limits=httpx.Limits(max_connections=400, max_keepalive_connections=50),
            follow_redirects=False,
            trust_env=False,
        )

    async def close(self) -> None:
        """Close the connections to the processes."""
        await self._client.aclose()

    def to(self, service: str) -> "Door":
        """Return the application to mount for a service."""
        return Door(self._client, self._targets[service])


class Door:
    """The requests of one service."""

    def __init__(self, client: httpx.AsyncClient, target: str) -> None:
        self._client, self._target = client, target

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request with what the process answers; 503 while it is down."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        sent = self._client.build_request(
            request.method,
            self._target + _whole_path(scope),
            headers=_handed_on(request),
            content=_body(request),
        )
        try:
            answer = await self._client.send(sent, stream=True)
        except httpx.TransportError:
            down: Response = PlainTextResponse(_DOWN, 503, {"retry-after": "2"})
            await down(scope, receive, send)
            return
        response = StreamingResponse(answer.aiter_raw(), answer.status_code)
        response.raw_headers = [
            (name.lower(), value)
            for name, value in answer.headers.raw
            if name.lower() not in _OF_THE_CONNECTION
        ]
        try:
            await response(scope, receive, send)
        finally:
            await answer.aclose()


def _whole_path(scope: Scope) -> str:
    """Return path and query exactly as they came."""
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"]
    return bytes(path + (b"?" + query if query else b"")).decode("latin-1")


def _handed_on(request: Request) -> list[tuple[bytes, bytes]]:
    kept = [
        (name, value)
        for name, value in request.headers.raw
        if name not in _OF_THE_CONNECTION | _FORWARDED
    ]
    caller = request.client.host if request.client else ""
    return [
        *kept,
        (b"x-forwarded-for", caller.encode()),
        (b"x-forwarded-proto", request.url.scheme.encode()),
        (b"x-forwarded-host", request.headers.get("host", "").encode("latin-1")),
    ]


def _body(request: Request) -> AsyncIterator[bytes] | None:
    has_body = "content-length" in request.headers or "transfer-encoding" in request.headers
    return request.stream() if has_body else None
