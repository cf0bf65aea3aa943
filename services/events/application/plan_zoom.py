"""Give a slot of the evening to a commune, presented by an élu."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.domain.contact import clean_email, clean_name
from services.events.domain.event import Event, EventState
from services.events.domain.refusals import RegistrationsClosed, UnknownCommune
from services.events.domain.texts import check_text, without_controls
from services.events.domain.zoom import ZoomSlot
from services.events.persistence import events, participants
from shared.contracts.events.v1 import ZoomPlanned
from shared.contracts.refusal import Invalid
from shared.messaging import outbox
from shared.persistence.tables import uuid7
from shared.territory import queries as territory


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanZoom:
    """Which commune (INSEE code), by whom, when and for how many minutes."""

    event_id: UUID
    commune: str
    last_name: str
    first_name: str
    email: str
    function: str
    title: str
    starts_at: datetime
    minutes: int


async def plan_zoom(session: AsyncSession, command: PlanZoom, *, now: datetime) -> UUID:
    """Keep the slot and tell it; returns its id.

    Raises `EventNotFound`, `RegistrationsClosed`, `UnknownCommune`, or `Invalid` naming the field.
    """
    event = await events.get_for_change(session, command.event_id)
    if event.state == EventState.CANCELLED:
        raise RegistrationsClosed("Cette soirée est annulée\u00a0: son programme est clos.")
    _check(command, event)
    commune = await territory.current_commune(session, without_controls(command.commune))
    if commune is None:
        raise UnknownCommune(field="commune")
    elu_id, card_version = await _elu(session, command, now)
    slot = ZoomSlot(
        id=uuid7(now),
        event_id=event.id,
        commune=commune.code,
        elu_id=elu_id,
        elu_function=command.function.strip(),
        title=command.title.strip() or f"Zoom sur {commune.name}",
        starts_at=command.starts_at,
        minutes=command.minutes,
        created_at=now,
    )
    session.add(slot)
    await session.flush()
    await outbox.publish(
        session,
        ZoomPlanned(
            slot_id=slot.id,
            event_id=event.id,
            commune=commune.code,
            elu_id=elu_id,
            card_version=card_version,
            occurred_at=now,
        ),
    )
    return slot.id


async def _elu(session: AsyncSession, command: PlanZoom, now: datetime) -> tuple[UUID, int]:
    """The id of who presents, and the version of the card."""
    return await participants.find_or_mint(
        session,
        last_name=clean_name(command.last_name, "last_name"),
        first_name=clean_name(command.first_name, "first_name"),
        email=clean_email(command.email),
        now=now,
    )


def _check(command: PlanZoom, event: Event) -> None:
    check_text(command.function, "La fonction", longest=120, field="function", required=True)
    check_text(command.title, "Le titre", longest=200, field="title")
    if not 5 <= command.minutes <= 240:
        raise Invalid("La durée va de 5 à 240 minutes.", field="minutes")
    length = timedelta(minutes=command.minutes)
    if command.starts_at < event.starts_at or command.starts_at > event.ends_at - length:
        raise Invalid("Ce créneau sort des heures de la soirée.", field="starts_at")
