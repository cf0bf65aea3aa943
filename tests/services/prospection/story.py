"""A registration as it is heard: the evening, the card, the seat, the mail."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.subscriptions import READERS
from shared.contracts.base import IntegrationEvent
from shared.contracts.events.v1 import EventPublished, RegistrationConfirmed
from shared.contracts.notifications.v1 import MessageSent
from shared.messaging import Heard
from shared.persistence.tables import uuid7
from tests.services.prospection.clock import NOW
from tests.services.prospection.world import hear

EVENING = uuid7()


async def told(
    session: AsyncSession,
    event: IntegrationEvent,
    *,
    correlation_id: UUID | None = None,
    causation_id: UUID | None = None,
    action: str = "internal",
    event_id: UUID | None = None,
    later: float = 0.0,
) -> UUID:
    """An event is heard, as the chassis delivers it: the envelope first, then the reaction."""
    root = correlation_id or uuid7()
    heard: Heard[Any] = Heard(
        event_id=event_id or uuid7(),
        type=event.subject,
        speaker=event.speaker(),
        aggregate=event.aggregate(),
        aggregate_id=event.aggregate_id,
        version=1,
        time=NOW + timedelta(seconds=later),
        correlation_id=root,
        causation_id=causation_id or root,
        action=action,
        origin=event.origin,
        live=True,
        event=event,
    )
    reader = next(r for r in READERS if r.filter.startswith(f"{heard.speaker}.{heard.aggregate}."))
    assert reader.always is not None
    await reader.always(session, heard)
    reaction = reader.by_subject().get(event.subject)
    if reaction is not None:
        await reaction.react(session, heard)
    return heard.event_id


def the_evening() -> EventPublished:
    """The soirée d'accueil of Vendôme."""
    return EventPublished(
        event_id=EVENING,
        kind="soiree_accueil",
        title="Soirée d'accueil de Vendôme",
        starts_at=datetime(2027, 5, 20, 17, tzinfo=UTC),
        ends_at=datetime(2027, 5, 20, 20, tzinfo=UTC),
        place="Salle des fêtes",
        commune="41269",
        capacity=60,
        waiting_list=True,
        occurred_at=NOW,
    )


def a_seat(person_id: UUID, **known: Any) -> RegistrationConfirmed:
    """A seat at that evening."""
    described: dict[str, Any] = {
        "registration_id": uuid7(),
        "event_id": EVENING,
        "person_id": person_id,
        "card_version": 1,
        "profile": "interne",
        "link_epoch": 1,
        "occurred_at": NOW,
    }
    return RegistrationConfirmed(**(described | known))


async def a_registration_story(session: AsyncSession) -> UUID:
    """Hugo Petit registers and gets his mail; returns the id of the mail's event."""
    person_id, click = uuid7(), uuid7()
    action = "events: POST /soirees/{event_id}/inscriptions"
    await told(session, the_evening())
    seat = a_seat(person_id)
    seat_id = await told(session, seat, correlation_id=click, action=action)
    await hear(session, person_id)
    sent = MessageSent(
        message_id=uuid7(),
        person_id=person_id,
        template="registration-confirmed",
        channel="email",
        cause_id=seat_id,
        occurred_at=NOW,
    )
    return await told(
        session, sent, correlation_id=click, causation_id=seat_id, action=action, later=2.0
    )
