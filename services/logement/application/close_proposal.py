"""A proposal ends without a stay, whatever the reason."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.proposal import CloseReason, Proposal
from services.logement.domain.request import HousingRequest, RequestState
from services.logement.persistence import proposals
from shared.contracts.logement.v1 import ProposalDeclined
from shared.messaging import outbox


async def close_proposal(
    session: AsyncSession,
    proposal: Proposal,
    request: HousingRequest,
    reason: CloseReason,
    *,
    now: datetime,
) -> None:
    """Close a held proposal; its held request waits for another when none is left."""
    proposal.close(reason, now)
    await session.flush()
    if request.waiting and not await proposals.waiting_of_request(session, request.id):
        request.move(RequestState.OPEN, now)
    await outbox.publish(
        session,
        ProposalDeclined(
            occurred_at=now,
            proposal_id=proposal.id,
            request_id=proposal.request_id,
            offer_id=proposal.offer_id,
            person_id=proposal.person_id,
            reason=reason.value,
        ),
    )
