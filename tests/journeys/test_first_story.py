"""The first story over real HTTP, NATS, PostgreSQL and SMTP: from a congress to a room."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import pytest

from tests.journeys.conftest import Platform
from tests.journeys.story import Staff, Student, link_in, surname, until

pytestmark = [pytest.mark.platform, pytest.mark.timeout(120)]

SEMESTER = (date(2027, 5, 3), date(2027, 11, 1))


def congress_list(*students: Student) -> bytes:
    """A list as people make them: title lines, semicolons, Windows-1252, a total."""
    lines = [
        "Congrès : contacts du stand;;;",
        ";;;",
        "NOM;Prénom;Mail;Tél portable",
        *(f"{s.last_name.upper()};{s.first_name};{s.email};06 39 98 00 12" for s in students),
        f"Total;{len(students)};;",
    ]
    return "\r\n".join(lines).encode("cp1252")


Meet = Callable[[str, str], Student]


@pytest.fixture(scope="module")
def staff(platform: Platform) -> Iterator[Staff]:
    """The agency."""
    agency = Staff(platform)
    yield agency
    agency.close()


@pytest.fixture
def meet(platform: Platform) -> Iterator[Meet]:
    """Makes people, and closes their browsers afterwards."""
    met: list[Student] = []

    def student(first_name: str, last_name: str) -> Student:
        met.append(Student(platform, first_name, last_name))
        return met[-1]

    yield student
    for one in met:
        one.browser.close()


def test_from_the_congress_to_the_keys(meet: Meet, staff: Staff) -> None:
    ines = meet("Inès", surname("Fictive"))
    imported = staff.import_contacts(congress_list(ines, ines), "contacts.csv")
    assert imported["dry_run"]["counts"]["create"] == 1
    assert imported["dry_run"]["counts"]["duplicate"] == 1
    met = staff.person(ines.last_name)

    event_id = staff.publish_evening()
    answer = ines.register(event_id)
    assert (answer.status_code, answer.json()["status"]) == (201, "confirmed")
    line = staff.line(met["id"], "events.registration.confirmed")
    letter = ines.letter("confirmée")
    manage = link_in(letter, "/events/inscription")
    assert ines.browser.get(manage).status_code == 200

    offer_id = staff.offer_room("Chambre du faubourg", *SEMESTER)
    request_id = staff.open_request(ines.first_name, ines.last_name, ines.email, *SEMESTER)
    staff.line(met["id"], "logement.request.opened")
    ranked = staff.matches(request_id)
    assert [match["rank"] for match in ranked] == list(range(1, len(ranked) + 1))
    assert offer_id in {match["offer_id"] for match in ranked}
    assert all(reason["sentence"] for match in ranked for reason in match["reasons"])

    staff.propose(request_id, offer_id)
    answer_link = link_in(ines.letter("proposé"), "/logement/proposition")
    assert ines.press(answer_link, "/logement/proposition/acceptation").status_code == 200
    stay = staff.line(met["id"], "logement.stay.booked")
    mailed = until(
        lambda: next(
            (
                node
                for node in staff.chain(stay["event_id"])["items"]
                if node["type"].startswith("notifications.message.sent")
            ),
            None,
        ),
        "the confirmation of the stay in the chain",
    )
    assert mailed["service"] == "notifications"
    assert {node["service"] for node in staff.chain(line["event_id"])["items"]} >= {
        "events",
        "notifications",
    }


def test_a_double_click_gives_one_seat_and_the_same_answer(meet: Meet, staff: Staff) -> None:
    event_id = staff.publish_evening()
    hugo = meet("Hugo", "Petit")
    key = uuid4().hex
    with ThreadPoolExecutor(2) as together:
        first, second = together.map(lambda _: hugo.register(event_id, key), range(2))
    assert first.content == second.content
    assert staff.event(event_id)["confirmed"] == 1


def test_the_same_key_with_another_body_is_refused(meet: Meet, staff: Staff) -> None:
    event_id = staff.publish_evening()
    key = uuid4().hex
    assert meet("Ana", "Un").register(event_id, key).status_code == 201
    assert meet("Ana", "Deux").register(event_id, key).status_code == 422


def test_the_waiting_list_moves_up_when_a_seat_is_given_back(meet: Meet, staff: Staff) -> None:
    event_id = staff.publish_evening(capacity=1)
    first, second = meet("Léa", "Première"), meet("Tom", "Second")
    assert first.register(event_id).json()["status"] == "confirmed"
    assert second.register(event_id).json()["status"] == "waitlisted"
    manage = link_in(first.letter("confirmée"), "/events/inscription")
    assert first.press(manage, "/events/inscription/annulation").status_code == 200
    second.letter("libérée")
    seen = staff.event(event_id)
    assert (seen["confirmed"], seen["waitlisted"]) == (1, 0)


def test_registering_again_tells_nothing_and_mails_the_link_anew(meet: Meet, staff: Staff) -> None:
    event_id = staff.publish_evening()
    zoe = meet("Zoé", "Double")
    first = zoe.register(event_id)
    zoe.letter("confirmée")
    again = zoe.register(event_id)
    assert (again.status_code, again.json()["status"]) == (201, first.json()["status"])
    assert staff.event(event_id)["confirmed"] == 1
    link_in(zoe.letter("Votre lien"), "/events/inscription")


def test_a_full_evening_without_a_waiting_list_says_so(meet: Meet, staff: Staff) -> None:
    event_id = staff.publish_evening(capacity=1, waiting_list=False)
    assert meet("Une", "Place").register(event_id).status_code == 201
    refused = meet("Sans", "Place").register(event_id)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problemes/event-full")


def test_the_same_room_is_given_once_whoever_is_quicker(meet: Meet, staff: Staff) -> None:
    offer_id = staff.offer_room("Dernière chambre", *SEMESTER)
    guests = [meet("Nour", f"Lune{n}") for n in range(2)]
    links = []
    for guest in guests:
        request_id = staff.open_request(guest.first_name, guest.last_name, guest.email, *SEMESTER)
        staff.propose(request_id, offer_id)
        links.append(link_in(guest.letter("proposé"), "/logement/proposition"))
    path = "/logement/proposition/acceptation"
    with ThreadPoolExecutor(2) as together:
        answers = list(
            together.map(lambda pair: pair[0].press(pair[1], path), zip(guests, links, strict=True))
        )
    assert all(answer.status_code in {200, 409} for answer in answers)
    stays = staff.ask("logement", "GET", "/logement/api/v1/stays", params={"limit": 200})["items"]
    assert len([stay for stay in stays if stay["title"] == "Dernière chambre"]) == 1


def test_somebody_whose_name_differs_is_in_doubt_not_merged(meet: Meet, staff: Staff) -> None:
    name = surname("Presque")
    known = meet("Camille", name)
    staff.import_contacts(congress_list(known), "contacts.csv")
    met = staff.person(name)
    other = meet("Dominique", surname("Autre"))
    other.email = known.email
    other.register(staff.publish_evening())
    newcomer = until(
        lambda: (
            staff.ask(
                "prospection", "GET", "/prospection/api/v1/persons", params={"q": other.last_name}
            )["items"]
            or [None]
        )[0],
        "the newcomer",
    )
    detail = staff.ask("prospection", "GET", f"/prospection/api/v1/persons/{newcomer['id']}")
    assert newcomer["id"] != met["id"]
    assert len(detail["doubts"]) == 1
