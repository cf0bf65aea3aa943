"""Stories: what is heard twice, late or in another order; what merges show."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.prospection.application.load_known_missions import load_known_missions
from services.prospection.application.reopen_doubt import reopen_doubt
from services.prospection.application.settle_doubt import settle_doubt
from services.prospection.domain.refusals import DoubtSettled, PersonUnknown
from services.prospection.persistence import doubts, persons
from services.prospection.queries.chain import chain
from services.prospection.queries.home import today
from services.prospection.queries.person_cards import person_cards
from services.prospection.queries.sentences import KINDS, Known, compose
from services.prospection.queries.timeline import timeline
from services.prospection.subscriptions import CARD_READERS, REACTIONS, READERS
from shared.contracts.catalogue import SPEAKERS, aggregates_of, by_subject
from shared.contracts.events.v1 import RegistrationCancelled, RegistrationWaitlisted
from shared.contracts.logement.v1 import (
    ProposalDeclined,
    ProposalMade,
    RequestOpened,
    RequestPlaced,
    StayBooked,
)
from shared.contracts.notifications.v1 import MessageFailed, MessageSent
from shared.messaging import cards
from shared.persistence.sessions import Database
from shared.persistence.tables import uuid7
from shared.territory.seed import seed
from tests.services.prospection.clock import NOW
from tests.services.prospection.story import EVENING, a_seat, the_evening, told
from tests.services.prospection.world import canonical, count, hear, said, somebody

RESOLVED = "prospection.person.resolved.v1"


def test_every_stream_of_every_service_is_indexed() -> None:
    heard = {(reader.speaker, reader.aggregate) for reader in READERS}
    assert heard == {(speaker, kind) for speaker in SPEAKERS for kind in aggregates_of(speaker)}
    assert all(reader.always is not None for reader in READERS)
    assert {reader.speaker for reader in CARD_READERS} == {"events", "logement"}


def test_every_kind_of_line_is_a_declared_event() -> None:
    assert set(KINDS) <= set(by_subject())
    placed = {reaction for reader in READERS for reaction in reader.reactions}
    assert placed == set(REACTIONS)


def test_sentences_have_french_spaces_and_survive_what_is_not_known_yet() -> None:
    words = compose("events.registration.confirmed.v1", {}, Known())
    assert words.sentence == "Place confirmée\u00a0: une rencontre"
    promoted = compose(
        "events.registration.confirmed.v1",
        {"promoted": True},
        Known(title="Soirée", starts_at=datetime(2027, 5, 20, 17, tzinfo=UTC), cancelled=True),
    )
    assert "Place obtenue depuis la liste d'attente" in promoted.sentence
    assert promoted.sentence.endswith("(annulée depuis)")
    assert compose("autre.chose.v9", {}, Known()).sentence == "Autre étape"


async def test_a_line_is_told_once_however_often_it_is_heard(database: Database) -> None:
    async with database.transaction() as session:
        person_id, event_id = uuid7(), uuid7()
        await told(session, the_evening())
        for _ in range(2):
            await told(session, a_seat(person_id), event_id=event_id)

        assert len((await timeline(session, person_id)).lines) == 1


async def test_a_registration_heard_before_its_card_joins_the_person(database: Database) -> None:
    async with database.transaction() as session:
        known, raw = await somebody(session), uuid7()
        await told(session, a_seat(raw))
        assert [line.type for line in (await timeline(session, raw)).lines] == [
            "events.registration.confirmed.v1"
        ]
        await hear(session, raw)
        await told(session, the_evening())

        story = await timeline(session, known.id)
        assert story.lines == (await timeline(session, raw)).lines
        assert any("Soirée d'accueil de Vendôme" in line.sentence for line in story.lines)


async def test_nobody_has_no_story(database: Database) -> None:
    async with database.transaction() as session:
        with pytest.raises(PersonUnknown):
            await timeline(session, uuid7())


async def test_a_story_is_read_page_by_page_without_losing_a_line(database: Database) -> None:
    async with database.transaction() as session:
        person_id, cursor, seen = uuid7(), None, []
        for _ in range(5):
            await told(session, a_seat(person_id))
        while True:
            story = await timeline(session, person_id, cursor=cursor, limit=2)
            seen += [line.event_id for line in story.lines]
            cursor = story.next
            if cursor is None:
                break

        assert len(seen) == len(set(seen)) == 5


async def test_housing_is_told_in_sentences(database: Database) -> None:
    async with database.transaction() as session:
        await seed(session)
        raw = await hear(session, speaker="logement")
        request = uuid7()
        ids: dict[str, Any] = {"request_id": request, "person_id": raw, "occurred_at": NOW}
        period = {"starts_on": date(2027, 5, 3), "ends_on": date(2027, 11, 1)}
        offer = {"proposal_id": uuid7(), "offer_id": uuid7()}
        await told(
            session,
            RequestOpened(
                **ids,
                **period,
                card_version=1,
                placement_commune="41269",
                household_size=1,
                link_epoch=1,
            ),
        )
        assert len((await today(session, now=NOW)).requests) == 1
        await told(
            session,
            ProposalMade(**ids, **offer, card_version=1, answer_by=NOW, link_epoch=1),
        )
        await told(session, ProposalDeclined(**ids, **offer, reason="taken"))
        await told(
            session,
            StayBooked(
                **ids,
                **period,
                stay_id=uuid7(),
                proposal_id=uuid7(),
                dwelling_id=uuid7(),
                dwelling_title="Studio du Loir",
                commune="41269",
                card_version=1,
                link_epoch=1,
            ),
        )
        await told(session, RequestPlaced(**ids, stay_id=uuid7()))

        sentences = [
            line.sentence.replace("\u00a0", " ") for line in (await timeline(session, raw)).lines
        ]
        assert (
            "Logement réservé : Studio du Loir à Vendôme, du 3 mai 2027 au 1er novembre 2027"
            in sentences
        )
        assert "Proposition retirée : le logement n'était plus libre" in sentences
        assert (await today(session, now=NOW)).requests == []


async def test_the_home_page_counts_seats_and_shows_failed_messages(database: Database) -> None:
    async with database.transaction() as session:
        raw = await hear(session)
        seat = a_seat(raw)
        message: dict[str, Any] = {
            "message_id": uuid7(),
            "person_id": raw,
            "template": "registration-confirmed",
            "channel": "email",
            "cause_id": uuid7(),
            "occurred_at": NOW,
        }
        await told(session, the_evening())
        await told(session, seat)
        waiting = a_seat(raw).model_dump(exclude={"promoted"})
        await told(session, RegistrationWaitlisted(**waiting))
        await told(session, MessageFailed(**message, reason="refused"))

        shown = await today(session, now=NOW)
        assert (shown.evenings[0].confirmed, shown.evenings[0].waitlisted) == (1, 1)
        assert "l'adresse a été refusée" in shown.failed[0].lines[0].sentence

        gone = {"registration_id": seat.registration_id, "event_id": EVENING, "person_id": raw}
        await told(
            session,
            RegistrationCancelled(**gone, card_version=1, by="person", occurred_at=NOW),
        )
        later: dict[str, Any] = message | {"occurred_at": NOW.replace(hour=10)}
        await told(session, MessageSent(**later))
        shown = await today(session, now=NOW)
        assert shown.evenings[0].confirmed == 0
        assert shown.failed == []


async def test_two_persons_said_the_same_share_one_story_until_it_is_undone(
    database: Database,
) -> None:
    async with database.transaction() as session:
        known = await somebody(session)
        raw = await hear(session, email="perso@exemple.fr")
        await told(session, a_seat(raw))
        pair = await doubts.pair(session, known.id, raw)
        assert pair is not None

        await settle_doubt(session, pair.id, same=True, by=None, now=NOW)
        await settle_doubt(session, pair.id, same=True, by=None, now=NOW)
        assert await canonical(session, raw) == known.id
        kinds = {line.type for line in (await timeline(session, known.id)).lines}
        assert "events.registration.confirmed.v1" in kinds
        with pytest.raises(DoubtSettled):
            await settle_doubt(session, pair.id, same=False, by=None, now=NOW)

        await reopen_doubt(session, pair.id, now=NOW)
        assert await canonical(session, raw) == raw
        assert [event["rule"] for event in await said(session, RESOLVED)] == ["staff", "undone"]


async def test_merges_are_undone_in_any_order(database: Database) -> None:
    async with database.transaction() as session:
        first = await somebody(session)
        second = await hear(session, email="b@exemple.fr")
        third = await hear(session, email="c@exemple.fr")
        one = await doubts.pair(session, first.id, second)
        two = await doubts.pair(session, second, third)
        assert one is not None
        assert two is not None
        for pair in (one, two):
            await settle_doubt(session, pair.id, same=True, by=None, now=NOW)
        assert {await canonical(session, x) for x in (second, third)} == {first.id}

        await reopen_doubt(session, one.id, now=NOW)
        assert await canonical(session, first.id) == first.id
        assert await canonical(session, third) == second
        await settle_doubt(session, one.id, same=True, by=None, now=NOW)
        await reopen_doubt(session, two.id, now=NOW)
        assert await canonical(session, second) == first.id
        assert await canonical(session, third) == third


async def test_two_persons_said_different_are_never_asked_again(database: Database) -> None:
    async with database.transaction() as session:
        known = await somebody(session)
        raw = await hear(session, email="perso@exemple.fr")
        pair = await doubts.pair(session, known.id, raw)
        assert pair is not None
        await settle_doubt(session, pair.id, same=False, by=None, now=NOW)
        await hear(session, raw, version=2)

        assert await canonical(session, raw) == raw
        assert await count(session, "doubt", "state = 'open'") == 0


async def test_a_chain_of_thousands_shows_the_line_that_was_asked(database: Database) -> None:
    async with database.transaction() as session:
        click = uuid7()
        for _ in range(205):
            last = await told(session, a_seat(uuid7()), correlation_id=click)
        found = await chain(session, last)

        assert len(found.nodes) == 200
        assert found.others == 5
        assert [node.event_id for node in found.nodes if node.asked] == [last]


async def test_our_cards_name_those_we_met_and_nobody_erased(database: Database) -> None:
    async with database.transaction() as session:
        known = await somebody(session, phone="+33639980012")
        found = await person_cards(session, [known.id, uuid7()])

        assert list(found) == [known.id]
        assert found[known.id].phone == "+33639980012"
        assert await cards.current(session, known.id) == 1


async def test_reference_missions_name_their_source(database: Database) -> None:
    async with database.transaction() as session:
        await load_known_missions(session, now=NOW)
        assert await count(session, "mission", "source IS NULL") == 0
        assert await count(session, "mission", "NOT verified") == 2
        assert await persons.canonical_of(session, uuid7()) is None
