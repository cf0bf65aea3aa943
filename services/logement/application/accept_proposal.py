"""The person says yes: the home is theirs if nobody was quicker."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.application.close_proposal import close_proposal
from services.logement.domain.dwelling import Dwelling
from services.logement.domain.proposal import CloseReason, Proposal
from services.logement.domain.request import HousingRequest, RequestState
from services.logement.domain.stay import Stay
from services.logement.persistence import proposals, stays
from shared.contracts.logement.v1 import ProposalAccepted, RequestPlaced, StayBooked
from shared.messaging import cards, outbox


async def accept_proposal(session: AsyncSession, proposal_id: UUID, *, now: datetime) -> Proposal:
    """Book the stay; accepting twice changes nothing. Raises NotFound.

    The proposal tells how it ended: accepted, or closed because the time was over or the home
    was taken. That is no exception: the closing itself must be committed.
    """
    proposal, request = await proposals.locked_with_request(session, proposal_id)
    if not proposal.waiting:
        return proposal
    if proposal.overdue(now):
        await close_proposal(session, proposal, request, CloseReason.EXPIRED, now=now)
        return proposal
    stay = Stay(
        dwelling_id=proposal.dwelling_id,
        person_id=proposal.person_id,
        request_id=request.id,
        proposal_id=proposal.id,
        starts_on=proposal.starts_on,
        ends_on=proposal.ends_on,
        created_at=now,
    )
    if not await stays.book(session, stay):
        await close_proposal(session, proposal, request, CloseReason.TAKEN, now=now)
        return proposal
    proposal.accept(now)
    request.move(RequestState.PLACED, now)
    await session.flush()
    await _say(session, proposal, stay, now)
    await _tell_the_others(session, request, stay, now)
    return proposal


async def _say(session: AsyncSession, proposal: Proposal, stay: Stay, now: datetime) -> None:
    dwelling = await session.get_one(Dwelling, stay.dwelling_id)
    accepted = ProposalAccepted(
        occurred_at=now,
        proposal_id=proposal.id,
        request_id=proposal.request_id,
        offer_id=proposal.offer_id,
        person_id=proposal.person_id,
    )
    booked = StayBooked(
        occurred_at=now,
        stay_id=stay.id,
        request_id=stay.request_id,
        proposal_id=proposal.id,
        dwelling_id=stay.dwelling_id,
        dwelling_title=dwelling.title,
        commune=dwelling.commune,
        person_id=stay.person_id,
        card_version=await cards.current(session, stay.person_id),
        starts_on=stay.starts_on,
        ends_on=stay.ends_on,
        link_epoch=stay.link_epoch,
    )
    placed = RequestPlaced(
        occurred_at=now,
        request_id=stay.request_id,
        person_id=stay.person_id,
        stay_id=stay.id,
    )
    await outbox.publish_many(session, (accepted, booked, placed))


async def _tell_the_others(
    session: AsyncSession, request: HousingRequest, stay: Stay, now: datetime
) -> None:
    for other in await proposals.waiting_of_request(session, request.id):
        await close_proposal(session, other, request, CloseReason.WITHDRAWN, now=now)
    for rival, rival_request in await proposals.rivals(session, stay):
        await close_proposal(session, rival, rival_request, CloseReason.TAKEN, now=now)
