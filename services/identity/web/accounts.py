"""Administration of accounts: who works here, with which roles."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from services.identity.application.change_account import AccountChange, change_account
from services.identity.application.create_account import NewAccount, create_account
from services.identity.application.end_sessions import end_sessions
from services.identity.application.set_account_active import set_account_active
from services.identity.domain.roles import ROLES
from services.identity.queries.account_detail import account_detail
from services.identity.queries.account_list import account_list
from shared.contracts.refusal import Refused
from shared.runtime.web import Now, Session
from shared.security import staff
from shared.ui import flash, page, redirect

router = APIRouter(include_in_schema=False, dependencies=[staff("admin")])

LIST = "/identity/comptes"

_EMPTY: dict[str, object] = {"first_name": "", "last_name": "", "title": "", "roles": ()}


class AccountForm(BaseModel):
    """What the form sends; a browser sends no field at all for boxes left empty."""

    first_name: str = Field("", max_length=80)
    last_name: str = Field("", max_length=80)
    title: str = Field("", max_length=80)
    roles: list[str] = Field(default_factory=list, max_length=40)


@router.get("/")
async def home() -> RedirectResponse:
    """Accounts are the home of this service."""
    return redirect(LIST)


@router.get("/comptes")
async def list_accounts(request: Request, session: Session) -> HTMLResponse:
    """Every account."""
    return page(request, "office/accounts.html", accounts=await account_list(session))


@router.get("/comptes/nouveau")
async def new_account(request: Request) -> HTMLResponse:
    """An empty form."""
    return page(request, "office/account.html", **_context(_EMPTY), account=None)


@router.post("/comptes")
async def add_account(
    request: Request,
    session: Session,
    now: Now,
    form: Annotated[AccountForm, Form()],
) -> Response:
    """Create an account."""
    new = NewAccount(
        first_name=form.first_name,
        last_name=form.last_name,
        title=form.title,
        roles=tuple(form.roles),
    )
    try:
        account = await create_account(session, new, now=now)
    except Refused as refused:
        context = _context(vars(new), refused=refused)
        return page(request, "office/account.html", refused.status, **context, account=None)
    flash(request, f"Le compte de {account.display_name} est créé.")
    return redirect(LIST)


@router.get("/comptes/{account_id}")
async def edit_account(request: Request, session: Session, account_id: UUID) -> HTMLResponse:
    """One account, to be changed."""
    account = await account_detail(session, account_id)
    return page(request, "office/account.html", **_context(account.model_dump()), account=account)


@router.post("/comptes/{account_id}")
async def save_account(
    request: Request,
    session: Session,
    now: Now,
    account_id: UUID,
    form: Annotated[AccountForm, Form()],
) -> Response:
    """Change an account."""
    change = AccountChange(
        account_id=account_id,
        first_name=form.first_name,
        last_name=form.last_name,
        title=form.title,
        roles=tuple(form.roles),
    )
    try:
        account = await change_account(session, change, now=now)
    except Refused as refused:
        await session.rollback()
        account = await account_detail(session, account_id)
        context = _context(vars(change), refused=refused)
        return page(request, "office/account.html", refused.status, **context, account=account)
    flash(request, f"Le compte de {account.display_name} est à jour.")
    return redirect(LIST)


@router.post("/comptes/{account_id}/etat")
async def change_state(
    request: Request,
    session: Session,
    now: Now,
    account_id: UUID,
    active: Annotated[bool, Form()],
) -> RedirectResponse:
    """Activate or deactivate an account."""
    by = request.state.actor.account_id
    account = await set_account_active(session, account_id, active=active, by=by, now=now)
    word = "réactivé" if active else "désactivé, ses sessions sont fermées"
    flash(request, f"Le compte de {account.display_name} est {word}.")
    return redirect(LIST)


@router.post("/comptes/{account_id}/deconnexion")
async def sign_out_everywhere(
    request: Request, session: Session, now: Now, account_id: UUID
) -> RedirectResponse:
    """End every session of an account."""
    account = await account_detail(session, account_id)
    await end_sessions(session, account_id, now=now)
    flash(request, f"Toutes les sessions de {account.display_name} sont fermées.")
    return redirect(f"{LIST}/{account_id}")


def _context(form: Mapping[str, object], refused: Refused | None = None) -> dict[str, Any]:
    errors = {} if refused is None else {refused.field or "form": refused.reason}
    choices = [(role, name, opens) for role, (name, opens) in ROLES.items()]
    return {"form": form, "errors": errors, "role_choices": choices}
