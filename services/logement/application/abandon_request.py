"""The household no longer looks for a home."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.application.close_proposal import close_proposal
from services.logement.domain.proposal import CloseReason
from services.logement.domain.request import HousingRequest, RequestState
from services.logement.persistence import proposals


async def abandon_request(
    session: AsyncSession, request_id: UUID, *, now: datetime
) -> HousingRequest:
    """Close the request and its proposals; one that found its home stays. Raises NotFound."""
    request = await proposals.locked_request(session, request_id)
    if not request.waiting:
        return request
    waiting = await proposals.waiting_of_request(session, request_id)
    request.move(RequestState.ABANDONED, now)
    for proposal in waiting:
        await close_proposal(session, proposal, request, CloseReason.PERSON, now=now)
    return request
