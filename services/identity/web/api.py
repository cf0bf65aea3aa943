"""Accounts over HTTP."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.identity.queries.account_list import ShownAccount, account_page
from shared.contracts.refusal import Invalid
from shared.runtime.paging import Cursor, CursorParameter, Limit, Page
from shared.runtime.web import Session
from shared.security import staff

router = APIRouter(prefix="/api/v1", tags=["accounts"])


class AccountOut(BaseModel):
    """An account."""

    id: UUID
    name: str
    title: str
    roles: list[str]
    active: bool
    created_at: datetime
    signed_in_at: datetime | None


@router.get("/accounts", dependencies=[staff("admin")])
async def list_accounts(
    session: Session, cursor: CursorParameter = None, limit: Limit = 50
) -> Page[AccountOut]:
    """Accounts, in the order of their creation."""
    found = await account_page(session, after=_after(cursor), limit=limit)
    return Page(
        items=[_out(account) for account in found.items],
        next=Cursor.encode(found.next_id) if found.next_id else None,
    )


def _after(cursor: str | None) -> UUID | None:
    values = Cursor.decode(cursor, 1)
    if values is None:
        return None
    try:
        return UUID(values[0])
    except ValueError as error:
        raise Invalid("Le curseur de pagination n’est pas valable.", field="cursor") from error


def _out(account: ShownAccount) -> AccountOut:
    return AccountOut(
        id=account.id,
        name=account.name,
        title=account.title,
        roles=list(account.roles),
        active=account.active,
        created_at=account.created_at,
        signed_in_at=account.signed_in_at,
    )
