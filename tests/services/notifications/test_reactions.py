"""What is heard, and the letters that follow; what is no longer true never leaves."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts.events import v1 as events_v1
from shared.contracts.logement import v1 as logement_v1
from tests.services.notifications.world import World

LATER: dict[str, Any] = {
    "starts_at": datetime(2027, 5, 27, 17, 0, tzinfo=UTC),
    "ends_at": datetime(2027, 5, 27, 20, 0, tzinfo=UTC),
}


async def _cancel_evening(world: World) -> None:
    said = events_v1.EventCancelled(occurred_at=world.clock(), event_id=world.event_id, sequence=2)
    await world.hear(said)


async def test_a_seat_given_back_before_the_confirmation_left_makes_one_letter(
    world: World,
) -> None:
    await world.publish()
    await world.card()
    await world.confirm()
    await world.hear(world.registration(events_v1.RegistrationCancelled))

    await world.send()

    assert await world.states() == [
        ("registration-confirmed", "cancelled"),
        ("registration-cancelled", "sent"),
    ]
    assert len(world.mail.kept) == 1


async def test_a_place_that_frees_is_announced_as_such(world: World) -> None:
    await world.publish()
    await world.card()
    await world.hear(world.registration(events_v1.RegistrationWaitlisted))
    await world.send()
    await world.confirm(promoted=True)

    await world.send()

    assert await world.states() == [
        ("registration-waitlisted", "sent"),
        ("registration-promoted", "sent"),
    ]
    assert "Une place s’est libérée pour vous" in world.mail.kept[1]["Subject"]


async def test_the_link_is_sent_again_to_its_owner(world: World) -> None:
    await world.publish()
    await world.card()
    await world.confirm()
    await world.hear(world.registration(events_v1.RegistrationLinkRequested))

    await world.send()

    assert [state for _, state in await world.states()] == ["sent", "sent"]


async def test_an_evening_that_moves_is_told_to_those_who_knew_the_old_date(
    world: World,
) -> None:
    await world.publish()
    await world.card()
    await world.confirm()
    await world.send()
    await world.change(**LATER)

    await world.send()

    assert (await world.states())[1] == ("event-changed", "sent")
    letter = world.mail.kept[1].get_body(("plain",))
    assert letter is not None
    text = letter.get_content()
    assert "jeudi 27 mai 2027" in text
    assert "Auparavant\u00a0: jeudi 20 mai 2027" in text


async def test_an_evening_that_moves_twice_makes_one_letter_with_the_date_first_told(
    world: World,
) -> None:
    await world.publish()
    await world.card()
    await world.confirm()
    await world.send()
    await world.change(**LATER)
    await world.change(2, **{name: day + timedelta(days=7) for name, day in LATER.items()})

    await world.send()

    assert len(world.mail.kept) == 2
    letter = world.mail.kept[1].get_body(("plain",))
    assert letter is not None
    assert "Désormais\u00a0: jeudi 3 juin 2027" in letter.get_content()
    assert "Auparavant\u00a0: jeudi 20 mai 2027" in letter.get_content()


async def test_a_confirmation_that_has_not_left_says_the_new_date_alone(world: World) -> None:
    await world.publish()
    await world.card()
    await world.confirm()
    await world.change(**LATER)

    await world.send()

    assert await world.states() == [("registration-confirmed", "sent")]
    letter = world.mail.kept[0].get_body(("plain",))
    assert letter is not None
    assert "jeudi 27 mai 2027" in letter.get_content()


async def test_a_new_title_alone_writes_to_nobody(world: World) -> None:
    await world.publish()
    await world.card()
    await world.confirm()
    await world.change(title="Soirée des internes")

    assert len(await world.messages()) == 1


async def test_an_evening_called_off_is_told_once_to_everybody(world: World) -> None:
    await world.publish()
    await world.card()
    await world.confirm()
    await world.send()
    await _cancel_evening(world)

    await world.send()

    assert (await world.states())[1:] == [("event-cancelled", "sent")]
    calendar = next(
        part for part in world.mail.kept[1].walk() if part.get_content_type() == "text/calendar"
    )
    assert calendar.get_param("method") == "CANCEL"


async def test_a_seat_heard_after_the_evening_was_called_off_is_not_confirmed(
    world: World,
) -> None:
    await world.publish()
    await world.card()
    await _cancel_evening(world)
    await world.confirm()

    await world.send()

    assert await world.states() == [("event-cancelled", "sent")]


async def test_the_elu_is_told_when_to_present_the_territory(world: World) -> None:
    await world.publish()
    await world.card()
    await world.hear(
        events_v1.ZoomPlanned(
            occurred_at=world.clock(),
            slot_id=uuid4(),
            event_id=world.event_id,
            commune="41269",
            elu_id=world.person_id,
            card_version=1,
        )
    )

    await world.send()

    assert await world.states() == [("zoom-planned", "sent")]
    letter = world.mail.kept[0].get_body(("plain",))
    assert letter is not None
    assert "votre territoire, Vendôme," in letter.get_content()


def _proposal(world: World, kind: type[Any], **more: Any) -> Any:
    return kind(
        occurred_at=world.clock(),
        proposal_id=UUID(int=1),
        request_id=UUID(int=2),
        offer_id=UUID(int=3),
        person_id=world.person_id,
        **more,
    )


def _made(world: World) -> Any:
    return _proposal(
        world,
        logement_v1.ProposalMade,
        card_version=1,
        answer_by=datetime(2027, 3, 8, 17, 0, tzinfo=UTC),
        link_epoch=1,
    )


async def test_the_housing_journey_writes_three_letters(world: World) -> None:
    await world.card(speaker="logement")
    await world.hear(world.request(UUID(int=2)))
    await world.hear(_made(world))
    await world.send()
    await world.hear(_proposal(world, logement_v1.ProposalAccepted))
    await world.hear(
        logement_v1.StayBooked(
            occurred_at=world.clock(),
            stay_id=uuid4(),
            request_id=UUID(int=2),
            proposal_id=UUID(int=1),
            dwelling_id=uuid4(),
            dwelling_title="Studio de la gare",
            commune="41269",
            person_id=world.person_id,
            card_version=1,
            starts_on=date(2027, 5, 3),
            ends_on=date(2027, 11, 1),
            link_epoch=1,
        )
    )

    await world.send()

    assert await world.states() == [
        ("request-opened", "sent"),
        ("proposal-made", "sent"),
        ("stay-booked", "sent"),
    ]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [("taken", ["proposal-made", "proposal-taken"]), ("person", ["proposal-made"])],
)
async def test_a_home_taken_by_another_is_said_with_regret(
    world: World, reason: str, expected: list[str]
) -> None:
    await world.card(speaker="logement")
    await world.hear(_made(world))
    await world.send()
    await world.hear(_proposal(world, logement_v1.ProposalDeclined, reason=reason))

    await world.send()

    assert [template for template, _ in await world.states()] == expected


async def test_a_proposal_taken_before_its_letter_left_is_not_spoken_of(world: World) -> None:
    await world.card(speaker="logement")
    await world.hear(_made(world))
    await world.hear(_proposal(world, logement_v1.ProposalDeclined, reason="taken"))

    await world.send()

    assert await world.states() == [("proposal-made", "cancelled")]
    assert world.mail.kept == []


async def test_a_stay_that_is_cancelled_is_recalled_with_its_dates(world: World) -> None:
    stay_id = uuid4()
    await world.card(speaker="logement")
    await world.hear(
        logement_v1.StayBooked(
            occurred_at=world.clock(),
            stay_id=stay_id,
            request_id=UUID(int=2),
            proposal_id=UUID(int=1),
            dwelling_id=uuid4(),
            dwelling_title="Studio de la gare",
            commune="41269",
            person_id=world.person_id,
            card_version=1,
            starts_on=date(2027, 5, 3),
            ends_on=date(2027, 11, 1),
            link_epoch=1,
        )
    )
    await world.send()
    await world.hear(
        logement_v1.StayCancelled(
            occurred_at=world.clock(),
            stay_id=stay_id,
            request_id=UUID(int=2),
            person_id=world.person_id,
            card_version=1,
        )
    )

    await world.send()

    letter = world.mail.kept[1].get_body(("plain",))
    assert letter is not None
    assert "du lundi 3 mai 2027 au lundi 1er novembre 2027" in letter.get_content()
