"""A slot of an evening is given to a territory: its élu is written to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.application.owe_message import Because, Owed, owe_message
from services.notifications.domain.letters import Template
from services.notifications.domain.message import Message


@dataclass(frozen=True, kw_only=True)
class ZoomNews:
    """Who presents which commune, at which evening."""

    slot_id: UUID
    event_id: UUID
    commune: str
    elu_id: UUID
    card_version: int


async def note_zoom(
    session: AsyncSession, news: ZoomNews, because: Because, *, now: datetime
) -> Message | None:
    """Owe the letter that says when and where the territory is presented."""
    letter = Owed(
        template=Template.ZOOM_PLANNED,
        person_id=news.elu_id,
        card_version=news.card_version,
        about_id=news.slot_id,
        topic_id=news.event_id,
        context={"event_id": str(news.event_id), "commune": news.commune},
    )
    return await owe_message(session, letter, because, now=now)
