"""A stay will not take place: the home is free again, the request too."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.request import RequestState
from services.logement.domain.stay import Stay, StayState
from services.logement.persistence import proposals, stays
from shared.contracts.logement.v1 import StayCancelled
from shared.contracts.refusal import NotFound
from shared.messaging import cards, outbox


async def cancel_stay(session: AsyncSession, stay_id: UUID, *, now: datetime) -> Stay:
    """Cancel it and open its request again; cancelling twice changes nothing. Raises NotFound."""
    known = await session.get(Stay, stay_id)
    if known is None:
        raise NotFound
    request = await proposals.locked_request(session, known.request_id)
    stay = await stays.locked(session, stay_id)
    if not stay.booked:
        return stay
    stay.state = StayState.CANCELLED
    stay.cancelled_at = now
    if request.state == RequestState.PLACED:
        request.move(RequestState.OPEN, now)
    await session.flush()
    await outbox.publish(
        session,
        StayCancelled(
            occurred_at=now,
            stay_id=stay.id,
            request_id=stay.request_id,
            person_id=stay.person_id,
            card_version=await cards.current(session, stay.person_id),
        ),
    )
    return stay
