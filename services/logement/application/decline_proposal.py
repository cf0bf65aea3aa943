"""The person says no."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.application.close_proposal import close_proposal
from services.logement.domain.proposal import CloseReason, Proposal
from services.logement.persistence import proposals


async def decline_proposal(session: AsyncSession, proposal_id: UUID, *, now: datetime) -> Proposal:
    """Close the proposal; answering twice changes nothing. Raises NotFound."""
    proposal, request = await proposals.locked_with_request(session, proposal_id)
    if proposal.waiting:
        reason = CloseReason.EXPIRED if proposal.overdue(now) else CloseReason.PERSON
        await close_proposal(session, proposal, request, reason, now=now)
    return proposal
