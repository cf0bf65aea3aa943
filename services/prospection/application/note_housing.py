"""Keep what `logement` says: who looks for a home, what is proposed, who stays where."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.application.note_evening import note
from services.prospection.persistence import story
from shared.contracts.logement.v1 import (
    ProposalAccepted,
    ProposalDeclined,
    ProposalMade,
    RequestOpened,
    RequestPlaced,
    StayBooked,
    StayCancelled,
)
from shared.messaging import Heard
from shared.territory import queries as territory


async def note_request(session: AsyncSession, heard: Heard[RequestOpened]) -> None:
    """Somebody looks for a home."""
    event = heard.event
    await story.keep_request(
        session,
        {
            "request_id": event.request_id,
            "person_id": event.person_id,
            "placement_commune": event.placement_commune,
            "starts_on": event.starts_on,
            "ends_on": event.ends_on,
            "household_size": event.household_size,
            "opened_at": event.occurred_at,
        },
    )
    facts = {
        "commune": await _named(session, event.placement_commune),
        "starts_on": event.starts_on,
        "ends_on": event.ends_on,
        "request_id": event.request_id,
    }
    await note(session, heard, event.person_id, facts)


async def note_request_placed(session: AsyncSession, heard: Heard[RequestPlaced]) -> None:
    """A request found its home; the stay says it in the story."""
    await story.request_placed(session, heard.event.request_id)


async def note_proposal(session: AsyncSession, heard: Heard[ProposalMade]) -> None:
    """A home is proposed."""
    event = heard.event
    facts = {"request_id": event.request_id, "answer_by": event.answer_by}
    await note(session, heard, event.person_id, facts)


async def note_answer(
    session: AsyncSession, heard: Heard[ProposalAccepted] | Heard[ProposalDeclined]
) -> None:
    """The person answered, or the home was no longer free."""
    event = heard.event
    reason = event.reason if isinstance(event, ProposalDeclined) else None
    await note(session, heard, event.person_id, {"request_id": event.request_id, "reason": reason})


async def note_stay(session: AsyncSession, heard: Heard[StayBooked]) -> None:
    """A home is taken."""
    event = heard.event
    facts = {
        "dwelling": event.dwelling_title,
        "commune": await _named(session, event.commune),
        "starts_on": event.starts_on,
        "ends_on": event.ends_on,
        "request_id": event.request_id,
    }
    await note(session, heard, event.person_id, facts)


async def note_stay_cancelled(session: AsyncSession, heard: Heard[StayCancelled]) -> None:
    """A stay will not take place."""
    await note(session, heard, heard.event.person_id, {"request_id": heard.event.request_id})


async def _named(session: AsyncSession, code: str) -> str:
    """The name of a commune; its code when it is unknown here."""
    commune = await territory.commune(session, code)
    return commune.name if commune else code
