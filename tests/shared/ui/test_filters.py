"""French formats, to the exact non-breaking space."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from shared.ui import filters

NBSP, NARROW = "\u00a0", "\u202f"
EVENING = datetime(2027, 5, 20, 17, 0, tzinfo=UTC)


def test_a_moment_is_written_in_words_on_the_clock_of_paris() -> None:
    assert filters.moment(EVENING) == f"jeudi 20 mai 2027 à 19{NBSP}h"
    half_past = EVENING + timedelta(minutes=30)
    assert filters.moment(half_past) == f"jeudi 20 mai 2027 à 19{NBSP}h{NBSP}30"
    assert filters.moment_court(half_past) == f"20 mai 2027 à 19{NBSP}h{NBSP}30"


def test_the_october_change_of_hour_is_followed() -> None:
    before = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert filters.heure(before) == f"2{NBSP}h{NBSP}30"
    assert filters.heure(before + timedelta(hours=1)) == f"2{NBSP}h{NBSP}30"
    assert filters.heure(before + timedelta(hours=2)) == f"3{NBSP}h{NBSP}30"


def test_the_zone_of_the_value_does_not_matter() -> None:
    reunion = EVENING.astimezone(timezone(timedelta(hours=4)))
    assert filters.moment(reunion) == filters.moment(EVENING)


def test_a_moment_near_midnight_falls_on_the_day_of_paris() -> None:
    assert filters.jour(datetime(2027, 3, 11, 23, 30, tzinfo=UTC)) == "vendredi 12 mars 2027"


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        filters.moment(datetime(2027, 5, 20, 19, 0))  # noqa: DTZ001 - the point of the test


def test_days_are_written_with_the_first_as_an_ordinal() -> None:
    assert filters.jour(date(2027, 3, 12)) == "vendredi 12 mars 2027"
    assert filters.jour_court(date(2027, 5, 1)) == "1er mai 2027"


def test_minutes_keep_two_figures() -> None:
    assert filters.heure(EVENING + timedelta(minutes=5)) == f"19{NBSP}h{NBSP}05"


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (150_000, f"1{NARROW}500{NBSP}€"),
        (45_050, f"450,50{NBSP}€"),
        (5, f"0,05{NBSP}€"),
        (0, f"0{NBSP}€"),
        (-123_456_789, f"−1{NARROW}234{NARROW}567,89{NBSP}€"),
    ],
)
def test_money_is_written_from_cents(cents: int, text: str) -> None:
    assert filters.euros(cents) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1_234, f"1{NARROW}234"),
        (999, "999"),
        (12.5, "12,5"),
        (1_000.0, f"1{NARROW}000"),
        (-3, "−3"),
    ],
)
def test_numbers_group_their_thousands(value: float, text: str) -> None:
    assert filters.nombre(value) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 place"), (1, "1 place"), (2, "2 places"), (1_500, f"1{NARROW}500 places")],
)
def test_the_plural_starts_at_two(count: int, text: str) -> None:
    assert filters.pluriel(count, "place") == text.replace(" ", NBSP)
    assert filters.accorde(count, "cheval", "chevaux") == ("chevaux" if count > 1 else "cheval")


@pytest.mark.parametrize(
    ("delta", "text"),
    [
        (timedelta(seconds=-20), "à l’instant"),
        (timedelta(minutes=-5), f"il y a 5{NBSP}minutes"),
        (timedelta(minutes=-1), f"il y a 1{NBSP}minute"),
        (timedelta(days=3), f"dans 3{NBSP}jours"),
        (timedelta(hours=25), f"dans 1{NBSP}jour"),
        (timedelta(days=-70), f"il y a 2{NBSP}mois"),
        (timedelta(days=800), f"dans 2{NBSP}ans"),
    ],
)
def test_distances_in_time_are_said_in_the_largest_unit(delta: timedelta, text: str) -> None:
    assert filters.relatif(EVENING + delta, EVENING) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("+33612345678", "06 12 34 56 78"),
        ("0612345678", "06 12 34 56 78"),
        ("06.12.34.56.78", "06 12 34 56 78"),
        ("+32475123456", "+32475123456"),
    ],
)
def test_french_telephones_are_read_by_pairs(raw: str, text: str) -> None:
    assert filters.telephone(raw) == text.replace(" ", NBSP)


def test_what_is_absent_is_a_dash() -> None:
    for format_of in (
        filters.moment,
        filters.jour,
        filters.heure,
        filters.euros,
        filters.telephone,
    ):
        assert format_of(None) == "—"


def test_things_are_grouped_by_day_newest_first() -> None:
    items = [{"at": EVENING + timedelta(hours=hours)} for hours in (-30, 0, 1)]
    days = filters.par_jour(items)
    assert [day for day, _ in days] == [date(2027, 5, 20), date(2027, 5, 19)]
    assert [item["at"] for item in days[0][1]] == [EVENING + timedelta(hours=1), EVENING]
