"""Half-open periods."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.logement.domain.periods import Period, add_months, checked, longest_free
from shared.contracts.refusal import Invalid

START = date(2027, 1, 1)
periods = st.builds(
    lambda start, days: Period(START + timedelta(days=start), START + timedelta(days=start + days)),
    st.integers(0, 60),
    st.integers(1, 40),
)


def days_of(period: Period) -> set[date]:
    return {period.start + timedelta(days=n) for n in range(period.days)}


@given(periods, st.lists(periods, max_size=5))
def test_the_longest_free_piece_is_free_and_inside(window: Period, taken: list[Period]) -> None:
    free = longest_free(window, taken)
    left = days_of(window).difference(*(days_of(period) for period in taken))
    assert (free is None) == (not left)
    if free is not None:
        assert days_of(free) <= left


@given(periods, periods)
def test_intersection_is_that_of_the_days(one: Period, other: Period) -> None:
    common = one.intersection(other)
    assert (days_of(common) if common else set()) == days_of(one) & days_of(other)


def test_a_month_after_the_31st_of_january_is_the_end_of_february() -> None:
    assert add_months(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert add_months(date(2027, 5, 3), 10) == date(2028, 3, 3)


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (date(2027, 5, 3), date(2027, 5, 3), "ends_on"),
        (date(2027, 5, 3), date(2027, 5, 2), "ends_on"),
        (date(1027, 5, 3), date(2027, 5, 2), "starts_on"),
        (date(2027, 5, 3), date(9999, 12, 31), "ends_on"),
    ],
)
def test_an_impossible_period_is_refused_with_its_field(start: date, end: date, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(start, end, start_field="starts_on", end_field="ends_on")
    assert refused.value.field == field
