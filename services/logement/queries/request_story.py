"""What was proposed for a request, and the stay it led to."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.dwelling import Dwelling
from services.logement.domain.proposal import Proposal
from services.logement.domain.stay import Stay, StayState


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal and its dwelling."""

    proposal: Proposal
    dwelling: Dwelling


@dataclass(frozen=True, slots=True)
class StayLine:
    """A stay and its dwelling."""

    stay: Stay
    dwelling: Dwelling


@dataclass(frozen=True, slots=True)
class RequestStory:
    """Proposals, newest first, and the stay that holds, if any."""

    proposals: tuple[ProposalLine, ...]
    stay: StayLine | None

    def waiting_for(self, offer_id: UUID) -> Proposal | None:
        """The unanswered proposal of this offer, if any."""
        lines = (line.proposal for line in self.proposals if line.proposal.offer_id == offer_id)
        return next((proposal for proposal in lines if proposal.waiting), None)


async def request_story(session: AsyncSession, request_id: UUID) -> RequestStory:
    """Everything that was proposed for this request."""
    proposals = (
        select(Proposal, Dwelling)
        .join(Dwelling, col(Dwelling.id) == col(Proposal.dwelling_id))
        .where(col(Proposal.request_id) == request_id)
        .order_by(col(Proposal.id).desc())
    )
    stays = (
        select(Stay, Dwelling)
        .join(Dwelling, col(Dwelling.id) == col(Stay.dwelling_id))
        .where(col(Stay.request_id) == request_id, col(Stay.state) == StayState.BOOKED)
    )
    stay = (await session.exec(stays)).first()
    return RequestStory(
        proposals=tuple(ProposalLine(p, d) for p, d in await session.exec(proposals)),
        stay=StayLine(*stay) if stay else None,
    )
