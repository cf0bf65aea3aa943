"""Proposals: read in the order request, proposal, dwelling, so that locks never cross."""

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.proposal import Proposal, ProposalState
from services.logement.domain.request import HousingRequest
from services.logement.domain.stay import Stay
from shared.contracts.refusal import NotFound


async def locked_request(session: AsyncSession, request_id: UUID) -> HousingRequest:
    """The request, fresh and held until the end of the transaction; NotFound otherwise."""
    query = (
        select(HousingRequest)
        .where(col(HousingRequest.id) == request_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    request = (await session.exec(query)).one_or_none()
    if request is None:
        raise NotFound
    return request


async def locked_with_request(
    session: AsyncSession, proposal_id: UUID
) -> tuple[Proposal, HousingRequest]:
    """The proposal and its request, fresh and held; NotFound when there is none."""
    known = await session.get(Proposal, proposal_id)
    if known is None:
        raise NotFound
    request = await locked_request(session, known.request_id)
    query = (
        select(Proposal)
        .where(col(Proposal.id) == proposal_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.exec(query)).one(), request


async def waiting_of_request(session: AsyncSession, request_id: UUID) -> list[Proposal]:
    """The unanswered proposals of a request that is already held."""
    query = (
        select(Proposal)
        .where(col(Proposal.request_id) == request_id, col(Proposal.state) == ProposalState.MADE)
        .order_by(col(Proposal.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(await session.exec(query))


async def rivals(session: AsyncSession, stay: Stay) -> list[tuple[Proposal, HousingRequest]]:
    """Unanswered proposals of other households for the same dwelling on some of the days.

    One that is being answered at this instant is skipped: its own answer meets the constraint.
    """
    query = (
        select(Proposal, HousingRequest)
        .join(HousingRequest, col(HousingRequest.id) == col(Proposal.request_id))
        .where(
            col(Proposal.dwelling_id) == stay.dwelling_id,
            col(Proposal.request_id) != stay.request_id,
            col(Proposal.state) == ProposalState.MADE,
            col(Proposal.starts_on) < stay.ends_on,
            col(Proposal.ends_on) > stay.starts_on,
        )
        .order_by(col(Proposal.id))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(await session.exec(query))


async def overdue(
    session: AsyncSession, now: datetime, limit: int
) -> list[tuple[Proposal, HousingRequest]]:
    """Unanswered proposals whose time is over, held; those another worker holds are skipped."""
    query = (
        select(Proposal, HousingRequest)
        .join(HousingRequest, col(HousingRequest.id) == col(Proposal.request_id))
        .where(col(Proposal.state) == ProposalState.MADE, col(Proposal.answer_by) <= now)
        .order_by(col(Proposal.answer_by))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(await session.exec(query))


async def waiting_for_offer(
    session: AsyncSession, request_id: UUID, offer_id: UUID
) -> Proposal | None:
    """The unanswered proposal of this offer to this request, if any."""
    query = select(Proposal).where(
        col(Proposal.request_id) == request_id,
        col(Proposal.offer_id) == offer_id,
        col(Proposal.state) == ProposalState.MADE,
    )
    return (await session.exec(query)).first()
