"""Telephone numbers as typed in France."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.prospection.domain.phone_number import read_phone

FICTION = "+33639981234"


@pytest.mark.parametrize(
    "typed",
    [
        "06 39 98 12 34",
        "06.39.98.12.34",
        "06-39-98-12-34",
        "06/39/98/12/34",
        "0639981234",
        "+33 6 39 98 12 34",
        "+33 (0)6 39 98 12 34",
        "0033 6 39 98 12 34",
        "33639981234",
        "6 39 98 12 34",
        "639981234.0",
        "639981234",
        " 06\u00a039\u202f98 12 34 ",
        "06 39 98 12 34 / 02 61 91 00 01",
        "02 61 91 00 01 ou 06 39 98 12 34",
    ],
)
def test_french_writings_of_a_number_are_one_number(typed: str) -> None:
    assert read_phone(typed) == FICTION


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("02 61 91 00 01", "+33261910001"),
        ("0692 12 34 56", "+262692123456"),
        ("+262 692 12 34 56", "+262692123456"),
        ("0590 12 34 56", "+590590123456"),
        ("0694 20 12 34", "+594694201234"),
        ("0696 20 12 34", "+596696201234"),
        ("0639 01 12 34", "+262639011234"),
        ("+32 470 12 34 56", "+32470123456"),
        ("0044 20 7946 0958", "+442079460958"),
    ],
)
def test_overseas_and_foreign_numbers_keep_their_country(typed: str, number: str) -> None:
    assert read_phone(typed) == number


@pytest.mark.parametrize(
    "typed",
    ["", "12", "06 39 98 12", "06 39 98 12 34 56", "00 00 00 00 00", "à demander",
     "+cmd|' /C x'!A0", "=1+1", "+999 1234567", "٠٦٣٩٩٨١٢٣٤", "0" * 5000],
)  # fmt: skip
def test_what_is_no_number_gives_none(typed: str) -> None:
    assert read_phone(typed) is None


@given(st.text(alphabet="0123456789+ ./-()", max_size=24))
def test_reading_a_number_twice_is_the_same_as_once(typed: str) -> None:
    number = read_phone(typed)
    if number is not None:
        assert read_phone(number) == number


@given(st.integers(min_value=100_000_000, max_value=999_999_999))
def test_every_writing_of_nine_digits_is_one_number(national: int) -> None:
    written = {read_phone(f"{start}{national}") for start in ("", "0", "+33", "0033", "+33 (0)")}
    assert len(written) == 1
    assert None not in written
