"""After a deadline or a broken link, the person asks the cell to come back to them."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.request import HousingRequest
from services.logement.persistence import proposals


async def ask_again(session: AsyncSession, request_id: UUID, *, now: datetime) -> HousingRequest:
    """Mark the request so that staff see it first; asking twice changes nothing."""
    request = await proposals.locked_request(session, request_id)
    if request.waiting and request.link_asked_at is None:
        request.link_asked_at = now
    return request
