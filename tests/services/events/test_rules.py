"""Rules of events without any server: names, addresses, hours, plans, keys."""

from datetime import UTC, datetime, time, timedelta

import pytest

from services.events.domain.answers import InvalidAnswers, read_answers
from services.events.domain.calendar import CalendarEntry, calendar_file
from services.events.domain.contact import clean_email, clean_name, clean_phone
from services.events.domain.idempotency import fingerprint, key_hash
from services.events.domain.moments import paris_instant, read_day, read_hour
from services.events.domain.participant import name_key
from services.events.domain.privacy import PrivacyNotice
from shared.contracts.refusal import Invalid
from shared.persistence.tables import uuid7
from tests.services.events.makers import STARTS, a_plan, answers


@pytest.mark.parametrize(
    "name", ["Éloi", "d’Illiers-Moreau", "Jean  Paul ", "Nguyễn", "O'Neill", "J.-P.", "Durand 2"]
)
def test_names_as_people_have_them_are_accepted(name: str) -> None:
    assert clean_name(name, "last_name") == " ".join(name.split())


@pytest.mark.parametrize(
    "name", ["", "  ", "x" * 81, "http://a.fr", "www.exemple.fr", "42", "-", "a\x00b", "<b>"]
)
def test_what_is_not_a_name_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        clean_name(name, "last_name")


def test_an_address_has_one_key_however_it_is_typed() -> None:
    keys = {
        clean_email(typed).key
        for typed in (
            "Ines@Université-Tours.fr",
            " ines@xn--universit-tours-jnb.fr ",
            "INES@UNIVERSITÉ-TOURS.FR",
        )
    }
    assert keys == {"ines@xn--universit-tours-jnb.fr"}


@pytest.mark.parametrize("typed", ["", "a@b", "a b@c.fr", "a@test", "@c.fr", "a@c..fr", "x" * 300])
def test_what_is_not_an_address_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        clean_email(typed)


def test_telephones_are_kept_in_one_form() -> None:
    assert {clean_phone("06 12 34 56 78"), clean_phone("+33 6.12.34.56.78")} == {"+33612345678"}
    assert clean_phone("  ") is None
    with pytest.raises(Invalid):
        clean_phone("appelez-moi")


def test_every_wrong_answer_has_its_sentence() -> None:
    with pytest.raises(InvalidAnswers) as refused:
        read_answers(answers(email="?", profile="?", first_name=""), consent=False)
    assert set(refused.value.errors) == {"email", "profile", "first_name"}


def test_one_person_is_one_key_despite_case_accents_and_hyphens() -> None:
    assert name_key("DE LA TOUR", "Jean-Éloi") == name_key("de la tour", "jean eloi")
    assert name_key("Jean", "Paul") != name_key("Paul", "Jean")


def test_hours_are_those_of_paris_in_both_seasons() -> None:
    summer = paris_instant(
        read_day("20/05/2027", field="d"), read_hour("19 h", field="h"), field="h"
    )
    winter = paris_instant(read_day("2027-11-04", field="d"), time(19), field="h")
    assert summer == datetime(2027, 5, 20, 17, tzinfo=UTC)
    assert winter == datetime(2027, 11, 4, 18, tzinfo=UTC)


def test_the_hour_skipped_in_march_is_refused_and_the_doubled_one_is_the_first() -> None:
    with pytest.raises(Invalid):
        paris_instant(read_day("2027-03-28", field="d"), time(2, 30), field="h")
    doubled = paris_instant(read_day("2027-10-31", field="d"), time(2, 30), field="h")
    assert doubled == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_a_plan_says_everything_that_is_wrong_at_once() -> None:
    plan = a_plan(title="", ends_at=STARTS, capacity=6_000, contact_email="?")
    assert set(plan.errors()) == {"title", "ends_at", "capacity", "contact_email"}
    assert a_plan().errors() == {}


def test_a_cancelled_evening_leaves_calendars() -> None:
    entry = CalendarEntry(
        event_id=uuid7(),
        title="Soirée",
        starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=2),
        where="Vendôme",
        description="",
        sequence=3,
        cancelled=True,
        updated_at=STARTS,
    )
    content = calendar_file(entry).decode()
    assert "METHOD:CANCEL" in content
    assert "STATUS:CANCELLED" in content
    assert "SEQUENCE:3" in content


def test_a_key_is_never_stored_as_it_came() -> None:
    assert "camille" not in key_hash("camille@etudiant.test")
    assert fingerprint(a=1, b="x") == fingerprint(b="x", a=1) != fingerprint(a=1, b="y")


def test_the_notice_is_read_in_titled_parts() -> None:
    body = "## Un\nligne\nsuite\n\nautre\n\n## Deux\nfin"
    sections = PrivacyNotice(version=1, effective_on=STARTS.date(), body=body).sections()
    assert [(part.title, part.paragraphs) for part in sections] == [
        ("Un", ("ligne suite", "autre")),
        ("Deux", ("fin",)),
    ]
