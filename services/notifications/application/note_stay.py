"""A stay was booked: the person is written to."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.application.owe_message import Because, Owed, owe_message
from services.notifications.domain.known import KnownStay
from services.notifications.domain.letters import Template
from services.notifications.domain.message import Message
from services.notifications.persistence import known


async def note_stay(
    session: AsyncSession, stay: KnownStay, because: Because, *, link_epoch: int, now: datetime
) -> Message | None:
    """Keep where and when, and owe the confirmation."""
    await known.keep(session, stay)
    letter = stay_letter(Template.STAY_BOOKED, stay, stay.card_version, link_epoch)
    return await owe_message(session, letter, because, now=now)


def stay_letter(template: Template, stay: KnownStay, card_version: int, link_epoch: int) -> Owed:
    """The letter about a stay: where and when, and the epoch of its link."""
    return Owed(
        template=template,
        person_id=stay.person_id,
        card_version=card_version,
        about_id=stay.stay_id,
        topic_id=stay.request_id,
        context={
            "dwelling_title": stay.dwelling_title,
            "commune": stay.commune,
            "starts_on": stay.starts_on.isoformat(),
            "ends_on": stay.ends_on.isoformat(),
            "link_epoch": link_epoch,
        },
    )
