"""What prospection listens to: everything, for the chains; some of it, for the stories."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.application.hear_card import hear_card
from services.prospection.application.note_evening import (
    note_evening,
    note_evening_cancelled,
    note_seat,
    note_seat_given_back,
)
from services.prospection.application.note_housing import (
    note_answer,
    note_proposal,
    note_request,
    note_request_placed,
    note_stay,
    note_stay_cancelled,
)
from services.prospection.application.note_message import note_message
from services.prospection.application.record_envelope import record_envelope
from services.prospection.persistence.story import database_now
from shared.contracts.catalogue import SPEAKERS, aggregates_of
from shared.contracts.events.v1 import (
    EventCancelled,
    EventChanged,
    EventPublished,
    RegistrationCancelled,
    RegistrationConfirmed,
    RegistrationWaitlisted,
)
from shared.contracts.logement.v1 import (
    ProposalAccepted,
    ProposalDeclined,
    ProposalMade,
    RequestOpened,
    RequestPlaced,
    StayBooked,
    StayCancelled,
)
from shared.contracts.notifications.v1 import MessageFailed, MessageSent
from shared.messaging import CardReader, Reader, Rebuilt, on

REACTIONS = (
    on(EventPublished, note_evening),
    on(EventChanged, note_evening),
    on(EventCancelled, note_evening_cancelled),
    on(RegistrationConfirmed, note_seat),
    on(RegistrationWaitlisted, note_seat),
    on(RegistrationCancelled, note_seat_given_back),
    on(RequestOpened, note_request),
    on(RequestPlaced, note_request_placed),
    on(ProposalMade, note_proposal),
    on(ProposalAccepted, note_answer),
    on(ProposalDeclined, note_answer),
    on(StayBooked, note_stay),
    on(StayCancelled, note_stay_cancelled),
    on(MessageSent, note_message),
    on(MessageFailed, note_message),
)

STORY = (
    Rebuilt("timeline_line", where="kind NOT LIKE 'prospection.%'"),
    Rebuilt("envelope", apart=("recorded_at",)),
    Rebuilt("known_event"),
    Rebuilt("known_registration"),
    Rebuilt("known_request"),
)
"""What readers alone write: it can be made again from the streams."""

READERS = tuple(
    Reader(
        speaker=speaker,
        aggregate=aggregate,
        reactions=tuple(
            reaction
            for reaction in REACTIONS
            if (reaction.event.speaker(), reaction.event.aggregate()) == (speaker, aggregate)
        ),
        always=record_envelope,
        rebuilds=STORY,
        beside=("role",),
    )
    for speaker in SPEAKERS
    for aggregate in aggregates_of(speaker)
)


async def hear_card_of_events(session: AsyncSession, person_id: UUID) -> None:
    """Somebody who registered changed, or is new."""
    await hear_card(session, person_id, "events", now=await database_now(session))


async def hear_card_of_logement(session: AsyncSession, person_id: UUID) -> None:
    """Somebody who looks for a home changed, or is new."""
    await hear_card(session, person_id, "logement", now=await database_now(session))


CARD_READERS = (
    CardReader(speaker="events", on_change=hear_card_of_events),
    CardReader(speaker="logement", on_change=hear_card_of_logement),
)
