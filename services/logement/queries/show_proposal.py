"""What the person sees of a proposal, a request or a stay when following a link."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.applicant import Applicant
from services.logement.domain.dwelling import Dwelling
from services.logement.domain.proposal import Proposal
from services.logement.domain.request import HousingRequest
from services.logement.domain.stay import Stay
from shared.contracts.refusal import NotFound


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal, its home, its request, who answers, and the stay it led to."""

    proposal: Proposal
    dwelling: Dwelling
    request: HousingRequest
    applicant: Applicant
    stay: Stay | None


@dataclass(frozen=True, slots=True)
class StayView:
    """A stay, its home, and who comes."""

    stay: Stay
    dwelling: Dwelling
    applicant: Applicant
    proposal: Proposal


async def show_proposal(session: AsyncSession, proposal_id: UUID) -> ProposalView:
    """The proposal as its link shows it; NotFound when there is none."""
    query = (
        select(Proposal, Dwelling, HousingRequest, Applicant)
        .join(Dwelling, col(Dwelling.id) == col(Proposal.dwelling_id))
        .join(HousingRequest, col(HousingRequest.id) == col(Proposal.request_id))
        .join(Applicant, col(Applicant.person_id) == col(Proposal.person_id))
        .where(col(Proposal.id) == proposal_id)
    )
    row = (await session.exec(query)).one_or_none()
    if row is None:
        raise NotFound
    stays = select(Stay).where(col(Stay.proposal_id) == proposal_id)
    return ProposalView(*row, stay=(await session.exec(stays)).one_or_none())


async def show_stay(session: AsyncSession, stay_id: UUID) -> StayView:
    """The stay as its link shows it; NotFound when there is none."""
    query = (
        select(Stay, Dwelling, Applicant, Proposal)
        .join(Dwelling, col(Dwelling.id) == col(Stay.dwelling_id))
        .join(Applicant, col(Applicant.person_id) == col(Stay.person_id))
        .join(Proposal, col(Proposal.id) == col(Stay.proposal_id))
        .where(col(Stay.id) == stay_id)
    )
    row = (await session.exec(query)).one_or_none()
    if row is None:
        raise NotFound
    return StayView(*row)
