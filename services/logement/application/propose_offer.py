"""The housing cell puts an offer to a household."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.matching import Exclusion, Match
from services.logement.domain.proposal import Proposal, deadline, snapshot
from services.logement.domain.ranking import judge
from services.logement.domain.refusals import AlreadyProposed, DwellingTaken, OfferDoesNotFit
from services.logement.domain.request import HousingRequest, RequestState
from services.logement.domain.rules import MatchingRules
from services.logement.persistence import candidates, proposals
from services.logement.persistence.rules import rules_on
from shared.contracts.logement.v1 import ProposalMade
from shared.contracts.refusal import NotFound
from shared.messaging import cards, outbox


async def propose_offer(
    session: AsyncSession, request_id: UUID, offer_id: UUID, *, now: datetime
) -> Proposal:
    """Propose the offer, with what the ranking says of it today.

    Raises NotFound, RequestClosed, AlreadyProposed, DwellingTaken or OfferDoesNotFit.
    """
    request = await proposals.locked_request(session, request_id)
    request.ensure_waiting()
    if await proposals.waiting_for_offer(session, request_id, offer_id):
        raise AlreadyProposed
    rules = await rules_on(session, now.date())
    match = await _match(session, request, offer_id, rules)
    proposal = Proposal(
        offer_id=offer_id,
        dwelling_id=match.candidate.dwelling_id,
        request_id=request.id,
        person_id=request.person_id,
        starts_on=match.period.start,
        ends_on=match.period.end,
        rent_cents=match.candidate.rent_cents,
        answer_by=deadline(now, rules.answer_days),
        snapshot=snapshot(match),
        created_at=now,
    )
    session.add(proposal)
    request.move(RequestState.PROPOSED, now)
    request.link_asked_at = None
    await session.flush()
    await _say(session, proposal, now)
    return proposal


async def _match(
    session: AsyncSession, request: HousingRequest, offer_id: UUID, rules: MatchingRules
) -> Match:
    offered = await candidates.published(session, offer_id=offer_id)
    if not offered:
        raise NotFound("Cette offre n'existe pas, ou n'est plus publiée.")
    verdict = judge(request.need(), offered[0].candidate, rules)
    if isinstance(verdict, Exclusion):
        if any(taken.intersection(request.period) for taken in verdict.candidate.taken):
            raise DwellingTaken(verdict.sentence)
        raise OfferDoesNotFit(verdict.sentence)
    return verdict


async def _say(session: AsyncSession, proposal: Proposal, now: datetime) -> None:
    await outbox.publish(
        session,
        ProposalMade(
            occurred_at=now,
            proposal_id=proposal.id,
            request_id=proposal.request_id,
            offer_id=proposal.offer_id,
            person_id=proposal.person_id,
            card_version=await cards.current(session, proposal.person_id),
            answer_by=proposal.answer_by,
            link_epoch=proposal.link_epoch,
        ),
    )
