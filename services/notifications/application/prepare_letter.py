"""The letter is written, for the address its reader has now, and put in its envelope."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.application.gather_facts import gather_facts
from services.notifications.domain.message import Message, Reason
from services.notifications.gateways.calendar import calendar_file
from services.notifications.gateways.envelope import (
    Attachment,
    Correspondent,
    Envelope,
    Stamp,
    UnusableAddress,
    seal,
)
from services.notifications.gateways.letters.render import render
from services.notifications.gateways.stationery import Stationery
from shared.messaging import directory


class NotDeliverable(Exception):
    """Nobody can be written to: `reason` says whether erased, or without a usable address."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)


async def prepare_letter(
    session: AsyncSession, message: Message, stationery: Stationery, *, now: datetime
) -> Envelope:
    """The envelope of this letter; the address is read here and kept nowhere.

    Raises NotDeliverable, or FactsMissing while what it speaks of is not known.
    """
    card = await _card(session, message)
    reader = Correspondent(
        name=f"{card.first_name or ''} {card.last_name or ''}".strip(), address=str(card.email)
    )
    gathered = await gather_facts(session, message, stationery.links)
    facts = gathered.facts | {
        "first_name": card.first_name,
        "action_url": gathered.action_url,
    }
    letter = render(message.template, facts, stationery.identity)
    attachment = None
    if gathered.appointment is not None:
        content = calendar_file(
            gathered.appointment,
            url=stationery.links.page(f"/events/soirees/{gathered.appointment.event_id}"),
            organizer=stationery.sender.address,
            stamped_at=now,
        )
        attachment = Attachment(content=content, method=gathered.appointment.method)
    try:
        return seal(
            letter,
            sender=stationery.sender,
            recipient=reader,
            stamp=Stamp(header_id=str(message.header_id), date=now),
            attachment=attachment,
            reply_to=stationery.reply_to,
        )
    except UnusableAddress as error:
        raise NotDeliverable(Reason.NO_ADDRESS) from error


async def _card(session: AsyncSession, message: Message) -> directory.Entry:
    card = await directory.card(session, message.person_id, message.speaker)
    if card is not None and card.erased_at is not None:
        raise NotDeliverable(Reason.ERASED)
    if card is None or not card.email:
        raise NotDeliverable(Reason.NO_ADDRESS)
    return card
