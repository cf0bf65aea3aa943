"""The pages of the mail catcher, at `/courrier`: what was sent, as its reader would see it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.local.mailbox import Mailbox, MailHead
from shared.ui.pages import Ui, error_page, page

MOUNT = "/courrier"
_TEMPLATES = Path(__file__).parent / "templates"
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# A mail may hold anything: its HTML is shown without scripts, forms or outside images.
_MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'self'"
)
_LIMIT = 200


def mailbox_pages(mailbox: Mailbox, secret: str, clock: Callable[[], datetime]) -> Starlette:
    """Return the application to mount at `/courrier`; `secret` signs its cookies."""
    app = Starlette(
        routes=[
            Route("/", _list),
            Route("/messages.json", _list_json),
            Route("/{mail_id}", _open),
            Route("/{mail_id}/html", _html),
            Route("/{mail_id}/brut", _raw),
            Route("/{mail_id}/fichiers/{index:int}", _attachment),
        ]
    )
    app.state.mailbox = mailbox
    app.state.clock = clock
    Ui("courrier", _TEMPLATES).install(app, secret)
    return app


def _guarded(response: Response, policy: str = _PAGE_POLICY) -> Response:
    response.headers["content-security-policy"] = policy
    response.headers["x-content-type-options"] = "nosniff"
    response.headers["referrer-policy"] = "no-referrer"
    response.headers["cache-control"] = "no-store"
    return response


def _missing(request: Request) -> Response:
    return _guarded(error_page(request, 404, "Ce message n’existe pas ou plus."))


async def _list(request: Request) -> Response:
    mailbox: Mailbox = request.app.state.mailbox
    search = request.query_params.get("destinataire", "")
    heads = await run_in_threadpool(mailbox.newest, search, _LIMIT)
    return _guarded(page(request, "courrier/list.html", heads=heads, wanted=search, limit=_LIMIT))


async def _list_json(request: Request) -> Response:
    """The same list for scripts: `{items, next}`, newest first."""
    mailbox: Mailbox = request.app.state.mailbox
    search = request.query_params.get("destinataire", "")
    heads = await run_in_threadpool(mailbox.newest, search, _LIMIT)
    return _guarded(JSONResponse({"items": [_as_json(head) for head in heads], "next": None}))


def _as_json(head: MailHead) -> dict[str, Any]:
    return {
        "id": head.mail_id,
        "received_at": head.received_at.isoformat(),
        "recipients": list(head.recipients),
        "from": head.sender,
        "subject": head.subject,
    }


async def _open(request: Request) -> Response:
    mailbox: Mailbox = request.app.state.mailbox
    mail = await run_in_threadpool(mailbox.open, request.path_params["mail_id"])
    if mail is None:
        return _missing(request)
    return _guarded(page(request, "courrier/mail.html", mail=mail))


async def _html(request: Request) -> Response:
    mailbox: Mailbox = request.app.state.mailbox
    mail = await run_in_threadpool(mailbox.open, request.path_params["mail_id"])
    if mail is None or mail.html is None:
        return _missing(request)
    return _guarded(Response(mail.html, media_type="text/html; charset=utf-8"), _MAIL_POLICY)


async def _raw(request: Request) -> Response:
    mailbox: Mailbox = request.app.state.mailbox
    content = await run_in_threadpool(mailbox.raw, request.path_params["mail_id"])
    if content is None:
        return _missing(request)
    return _guarded(_download(content, "message.eml", "message/rfc822"))


async def _attachment(request: Request) -> Response:
    mailbox: Mailbox = request.app.state.mailbox
    found = await run_in_threadpool(
        mailbox.attachment, request.path_params["mail_id"], request.path_params["index"]
    )
    if found is None:
        return _missing(request)
    attachment, content = found
    return _guarded(_download(content, attachment.name, attachment.media_type))


def _download(content: bytes, name: str, media_type: str) -> Response:
    return Response(
        content,
        media_type=media_type,
        headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
    )
