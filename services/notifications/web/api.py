"""The message log over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.notifications.domain.message import State
from services.notifications.queries.message_log import LoggedMessage, message_log
from shared.runtime.web import Session
from shared.security import staff

router = APIRouter(prefix="/api/v1", tags=["messages"])


class MessageOut(BaseModel):
    """A message owed, without name nor address."""

    id: UUID
    person_id: UUID
    template: str
    state: str
    cause_id: UUID
    caused_at: datetime
    attempts: int
    next_at: datetime | None
    sent_at: datetime | None
    smtp_code: int | None


class MessagesOut(BaseModel):
    """Messages, newest first; `next` is given back as `cursor` for the following ones."""

    items: list[MessageOut]
    next: str | None


@router.get("/messages", dependencies=[staff("evenements", "logement", "prospection")])
async def list_messages(
    session: Session,
    state: State | None = None,
    person_id: UUID | None = None,
    cursor: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> MessagesOut:
    """Messages owed, sent or failed."""
    found = await message_log(session, state=state, person_id=person_id, after=cursor, limit=limit)
    return MessagesOut(
        items=[_out(item) for item in found.items],
        next=str(found.next_id) if found.next_id else None,
    )


def _out(item: LoggedMessage) -> MessageOut:
    return MessageOut(
        id=item.id,
        person_id=item.person_id,
        template=item.template,
        state=item.state,
        cause_id=item.cause_id,
        caused_at=item.at,
        attempts=item.attempts,
        next_at=item.next_at,
        sent_at=item.sent_at,
        smtp_code=item.smtp_code,
    )
