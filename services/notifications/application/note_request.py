"""Somebody looks for a home: the request is acknowledged, with a link to follow it."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.application.owe_message import Because, Owed, owe_message
from services.notifications.domain.known import KnownRequest
from services.notifications.domain.letters import Template
from services.notifications.domain.message import Message
from services.notifications.persistence import known


async def note_request(
    session: AsyncSession, request: KnownRequest, because: Because, *, now: datetime
) -> Message | None:
    """Keep what is needed to write again about this request, and owe the acknowledgement."""
    await known.keep(session, request)
    letter = Owed(
        template=Template.REQUEST_OPENED,
        person_id=request.person_id,
        card_version=request.card_version,
        about_id=request.request_id,
        topic_id=request.request_id,
        context={
            "placement_commune": request.placement_commune,
            "starts_on": request.starts_on.isoformat(),
            "ends_on": request.ends_on.isoformat(),
            "link_epoch": request.link_epoch,
        },
    )
    return await owe_message(session, letter, because, now=now)
