"""From the proposal to the stay: first to accept wins, whoever is quicker."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.logement.application.accept_proposal import accept_proposal
from services.logement.application.cancel_stay import cancel_stay
from services.logement.application.decline_proposal import decline_proposal
from services.logement.application.expire_proposals import expire_proposals
from services.logement.application.propose_offer import propose_offer
from services.logement.application.withdraw_proposal import withdraw_proposal
from services.logement.domain.proposal import CloseReason, Proposal, ProposalState
from services.logement.domain.refusals import (
    AlreadyProposed,
    DwellingTaken,
    ProposalClosed,
    RequestClosed,
)
from services.logement.domain.request import HousingRequest, RequestState
from services.logement.queries.request_story import request_story
from shared.persistence.sessions import Database
from tests.services.logement import world
from tests.services.logement.moments import NOW

pytestmark = pytest.mark.postgres


async def two_for_one_room(database: Database) -> tuple[UUID, UUID]:
    """The same studio proposed to Hugo and to Léa; returns both proposals."""
    async with database.transaction() as session:
        offer_id = await world.offer(session)
        hugo = await world.request(session)
        lea = await world.request(session, first_name="Léa", email="lea@exemple.fr")
        one = await propose_offer(session, hugo, offer_id, now=NOW)
        two = await propose_offer(session, lea, offer_id, now=NOW)
    return one.id, two.id


async def accept(database: Database, proposal_id: UUID) -> Proposal:
    async with database.transaction() as session:
        return await accept_proposal(session, proposal_id, now=NOW)


async def state_of(database: Database, proposal_id: UUID) -> tuple[str, str]:
    async with database.transaction() as session:
        proposal = await session.get_one(Proposal, proposal_id)
        request = await session.get_one(HousingRequest, proposal.request_id)
        return proposal.state, request.state


async def test_the_first_to_accept_wins_and_the_other_is_told(database: Database) -> None:
    first, second = await two_for_one_room(database)
    assert (await accept(database, first)).state == ProposalState.ACCEPTED
    assert await state_of(database, first) == (ProposalState.ACCEPTED, RequestState.PLACED)
    assert await state_of(database, second) == (ProposalState.DECLINED, RequestState.OPEN)
    assert await world.reasons(database) == ["taken"]
    assert (await world.said(database))[4:] == [
        "proposal.accepted",
        "stay.booked",
        "request.placed",
        "proposal.declined",
    ]


async def test_two_who_accept_at_the_same_instant_get_one_room(database: Database) -> None:
    for _ in range(5):
        pair = await two_for_one_room(database)
        ended = await asyncio.gather(*(accept(database, one) for one in pair))
        states = sorted(str(proposal.state) for proposal in ended)
        loser = next(p for p in ended if p.state != ProposalState.ACCEPTED)
        assert states == ["accepted", "declined"]
        assert loser.close_reason == CloseReason.TAKEN
        async with database.transaction() as session:
            story = await request_story(session, loser.request_id)
            lost = await session.get_one(HousingRequest, loser.request_id)
            assert story.stay is None
            assert lost.state == RequestState.OPEN
            winner = next(p for p in ended if p.state == ProposalState.ACCEPTED)
            won = (await request_story(session, winner.request_id)).stay
            assert won is not None
            await cancel_stay(session, won.stay.id, now=NOW)


async def test_the_database_refuses_the_overlap_even_unseen(database: Database) -> None:
    first, second = await two_for_one_room(database)
    async with database.transaction() as slow:
        # The slow one has read and locked its own proposal when the quick one commits.
        held = await slow.get_one(Proposal, second, with_for_update=True)
        assert (await accept(database, first)).state == ProposalState.ACCEPTED
        assert held.waiting
    ended = await accept(database, second)
    assert (ended.state, ended.close_reason) == (ProposalState.DECLINED, CloseReason.TAKEN)
    assert await state_of(database, second) == (ProposalState.DECLINED, RequestState.OPEN)


async def test_accepting_twice_changes_nothing(database: Database) -> None:
    first, _ = await two_for_one_room(database)
    await accept(database, first)
    before = await world.said(database)
    assert (await accept(database, first)).state == ProposalState.ACCEPTED
    async with database.transaction() as session:
        again = await decline_proposal(session, first, now=NOW)
    assert again.state == ProposalState.ACCEPTED
    assert await world.said(database) == before


async def test_a_double_click_at_the_same_instant_books_once(database: Database) -> None:
    first, _ = await two_for_one_room(database)
    ended = await asyncio.gather(accept(database, first), accept(database, first))
    assert [proposal.state for proposal in ended] == [ProposalState.ACCEPTED] * 2
    assert (await world.said(database)).count("stay.booked") == 1


async def test_other_proposals_of_the_same_request_are_withdrawn(database: Database) -> None:
    async with database.transaction() as session:
        request = await world.request(session)
        first = await propose_offer(session, request, await world.offer(session), now=NOW)
        second = await propose_offer(session, request, await world.offer(session), now=NOW)
    ended = await asyncio.gather(accept(database, first.id), accept(database, second.id))
    assert sorted(str(p.state) for p in ended) == ["accepted", "withdrawn"]
    assert await world.reasons(database) == ["withdrawn"]


async def test_declining_opens_the_request_again(database: Database) -> None:
    first, _ = await two_for_one_room(database)
    async with database.transaction() as session:
        await decline_proposal(session, first, now=NOW)
    assert await state_of(database, first) == (ProposalState.DECLINED, RequestState.OPEN)
    assert await world.reasons(database) == ["person"]


async def test_a_late_answer_finds_the_proposal_expired(database: Database) -> None:
    first, _ = await two_for_one_room(database)
    async with database.transaction() as session:
        ended = await accept_proposal(session, first, now=NOW + timedelta(days=8))
    assert ended.state == ProposalState.EXPIRED
    assert await world.reasons(database) == ["expired"]


async def test_the_sweep_expires_what_is_due_once(database: Database) -> None:
    await two_for_one_room(database)
    later = datetime(2027, 3, 8, 19, tzinfo=UTC)  # 20 h in Paris, the evening of the last day

    async def sweep() -> int:
        async with database.transaction() as session:
            return await expire_proposals(session, now=later)

    async with database.transaction() as session:
        assert await expire_proposals(session, now=later - timedelta(minutes=1)) == 0
    assert sum(await asyncio.gather(sweep(), sweep())) == 2
    assert await world.reasons(database) == ["expired", "expired"]


async def test_withdrawing_what_was_answered_is_refused(database: Database) -> None:
    first, second = await two_for_one_room(database)
    async with database.transaction() as session:
        await withdraw_proposal(session, second, now=NOW)
    async with database.transaction() as session:
        with pytest.raises(ProposalClosed):
            await withdraw_proposal(session, second, now=NOW)
    assert await state_of(database, first) == (ProposalState.MADE, RequestState.PROPOSED)


async def test_a_booked_room_cannot_be_proposed_until_the_stay_is_cancelled(
    database: Database,
) -> None:
    async with database.transaction() as session:
        offer_id = await world.offer(session)
        hugo = await world.request(session)
        lea = await world.request(session, first_name="Léa", email="lea@exemple.fr")
        proposal = await propose_offer(session, hugo, offer_id, now=NOW)
        await accept_proposal(session, proposal.id, now=NOW)
    async with database.transaction() as session:
        with pytest.raises(DwellingTaken, match="Déjà réservé"):
            await propose_offer(session, lea, offer_id, now=NOW)
        with pytest.raises(RequestClosed):
            await propose_offer(session, hugo, offer_id, now=NOW)
    async with database.transaction() as session:
        stay = (await request_story(session, hugo)).stay
        assert stay is not None
        await cancel_stay(session, stay.stay.id, now=NOW)
        await cancel_stay(session, stay.stay.id, now=NOW)
    async with database.transaction() as session:
        await propose_offer(session, lea, offer_id, now=NOW)
    assert (await world.said(database)).count("stay.cancelled") == 1


async def test_the_same_offer_is_not_proposed_twice_at_once(database: Database) -> None:
    async with database.transaction() as session:
        offer_id, hugo = await world.offer(session), await world.request(session)
        await propose_offer(session, hugo, offer_id, now=NOW)
        with pytest.raises(AlreadyProposed):
            await propose_offer(session, hugo, offer_id, now=NOW)


async def test_the_proposal_keeps_what_the_ranking_said(database: Database) -> None:
    first, _ = await two_for_one_room(database)
    async with database.transaction() as session:
        kept = (await session.get_one(Proposal, first)).snapshot
    assert kept["score"] == 100
    assert {reason["criterion"] for reason in kept["reasons"]} >= {"dates", "budget", "distance"}
