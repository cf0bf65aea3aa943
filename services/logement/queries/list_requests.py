"""The requests of the housing cell, those that wait first."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import case, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.applicant import Applicant
from services.logement.domain.request import HousingRequest, RequestState
from shared.persistence.folding import fold


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request and who asks."""

    request: HousingRequest
    applicant: Applicant


async def list_requests(
    session: AsyncSession,
    *,
    state: RequestState | None = None,
    search: str = "",
    offset: int = 0,
    limit: int = 50,
) -> list[RequestLine]:
    """Requests in one state, or all; who asked again first, then the longest waiting."""
    order = case(
        (col(HousingRequest.state) == RequestState.OPEN, 0),
        (col(HousingRequest.state) == RequestState.PROPOSED, 1),
        else_=2,
    )
    query = (
        select(HousingRequest, Applicant)
        .join(Applicant, col(Applicant.person_id) == col(HousingRequest.person_id))
        .order_by(order, col(HousingRequest.link_asked_at).asc().nulls_last())
        .order_by(col(HousingRequest.state_since), col(HousingRequest.id))
        .offset(offset)
        .limit(limit)
    )
    if state is not None:
        query = query.where(col(HousingRequest.state) == state)
    if wanted := fold(search):
        query = query.where(
            or_(
                col(Applicant.name_key).contains(wanted, autoescape=True),
                func.lower(col(HousingRequest.placement_name)).startswith(
                    # A database text holds no NUL: nothing begins with one.
                    search.strip().lower().replace("\0", ""),
                    autoescape=True,
                ),
            )
        )
    return [RequestLine(request, applicant) for request, applicant in await session.exec(query)]


async def count_requests(session: AsyncSession) -> dict[str, int]:
    """How many requests stand in each state."""
    query = select(HousingRequest.state, func.count()).group_by(col(HousingRequest.state))
    counts: dict[str, int] = {str(state): 0 for state in RequestState}
    counts.update({str(state): count for state, count in await session.exec(query)})
    return counts


async def one_request(session: AsyncSession, request_id: UUID) -> RequestLine | None:
    """A request and who asks, or None."""
    query = (
        select(HousingRequest, Applicant)
        .join(Applicant, col(Applicant.person_id) == col(HousingRequest.person_id))
        .where(col(HousingRequest.id) == request_id)
    )
    row = (await session.exec(query)).one_or_none()
    return RequestLine(*row) if row else None


async def page_of_requests(
    session: AsyncSession, *, after: UUID | None, limit: int
) -> list[RequestLine]:
    """Requests in the order they were opened, from the one after `after`."""
    query = (
        select(HousingRequest, Applicant)
        .join(Applicant, col(Applicant.person_id) == col(HousingRequest.person_id))
        .order_by(col(HousingRequest.id))
        .limit(limit)
    )
    if after is not None:
        query = query.where(col(HousingRequest.id) > after)
    return [RequestLine(request, applicant) for request, applicant in await session.exec(query)]
