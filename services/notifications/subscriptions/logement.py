"""What logement says of requests, proposals and stays, and the letters that follow."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.application.note_proposal import note_proposal
from services.notifications.application.note_request import note_request
from services.notifications.application.note_stay import note_stay
from services.notifications.application.note_stay_cancelled import note_stay_cancelled
from services.notifications.application.settle_proposal import settle_proposal
from services.notifications.domain.known import KnownProposal, KnownRequest, KnownStay
from services.notifications.subscriptions.cause import because_of
from shared.contracts.logement.v1 import (
    ProposalAccepted,
    ProposalDeclined,
    ProposalMade,
    RequestOpened,
    StayBooked,
    StayCancelled,
)
from shared.messaging import Heard, Reader, on


async def note_opened(session: AsyncSession, heard: Heard[RequestOpened]) -> None:
    """The request is acknowledged, with a link to follow it."""
    said = heard.event
    request = KnownRequest(
        request_id=said.request_id,
        person_id=said.person_id,
        card_version=said.card_version,
        placement_commune=said.placement_commune,
        starts_on=said.starts_on,
        ends_on=said.ends_on,
        link_epoch=said.link_epoch,
    )
    await note_request(session, request, because_of(heard), now=heard.time)


async def note_made(session: AsyncSession, heard: Heard[ProposalMade]) -> None:
    """The person is asked for an answer before the deadline."""
    said = heard.event
    proposal = KnownProposal(
        proposal_id=said.proposal_id,
        request_id=said.request_id,
        person_id=said.person_id,
        card_version=said.card_version,
    )
    await note_proposal(
        session,
        proposal,
        because_of(heard),
        answer_by=said.answer_by,
        link_epoch=said.link_epoch,
        now=heard.time,
    )


async def note_accepted(session: AsyncSession, heard: Heard[ProposalAccepted]) -> None:
    """The answer is known: the proposal is not sent any more."""
    await settle_proposal(
        session, heard.event.proposal_id, because_of(heard), taken=False, now=heard.time
    )


async def note_declined(session: AsyncSession, heard: Heard[ProposalDeclined]) -> None:
    """The same; and when the home went to somebody else, the person is told."""
    taken = heard.event.reason == "taken"
    await settle_proposal(
        session, heard.event.proposal_id, because_of(heard), taken=taken, now=heard.time
    )


async def note_booked(session: AsyncSession, heard: Heard[StayBooked]) -> None:
    """The stay is confirmed to the person."""
    said = heard.event
    stay = KnownStay(
        stay_id=said.stay_id,
        request_id=said.request_id,
        person_id=said.person_id,
        card_version=said.card_version,
        dwelling_title=said.dwelling_title,
        commune=said.commune,
        starts_on=said.starts_on,
        ends_on=said.ends_on,
    )
    await note_stay(session, stay, because_of(heard), link_epoch=said.link_epoch, now=heard.time)


async def note_over(session: AsyncSession, heard: Heard[StayCancelled]) -> None:
    """The person is told that the stay will not take place."""
    said = heard.event
    await note_stay_cancelled(
        session, said.stay_id, said.card_version, because_of(heard), now=heard.time
    )


READERS = (
    Reader(speaker="logement", aggregate="request", reactions=(on(RequestOpened, note_opened),)),
    Reader(
        speaker="logement",
        aggregate="proposal",
        reactions=(
            on(ProposalMade, note_made),
            on(ProposalAccepted, note_accepted),
            on(ProposalDeclined, note_declined),
        ),
    ),
    Reader(
        speaker="logement",
        aggregate="stay",
        reactions=(on(StayBooked, note_booked), on(StayCancelled, note_over)),
    ),
)
"""What notifications follows of logement."""
