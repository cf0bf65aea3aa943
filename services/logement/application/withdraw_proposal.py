"""Staff take a proposal back before it is answered."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.application.close_proposal import close_proposal
from services.logement.domain.proposal import CloseReason, Proposal
from services.logement.domain.refusals import ProposalClosed
from services.logement.persistence import proposals


async def withdraw_proposal(session: AsyncSession, proposal_id: UUID, *, now: datetime) -> Proposal:
    """Withdraw it; raises NotFound, or ProposalClosed when it was answered meanwhile."""
    proposal, request = await proposals.locked_with_request(session, proposal_id)
    if not proposal.waiting:
        raise ProposalClosed
    await close_proposal(session, proposal, request, CloseReason.WITHDRAWN, now=now)
    return proposal
