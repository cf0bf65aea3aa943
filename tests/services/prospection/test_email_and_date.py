"""E-mail addresses and dates as typed."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.prospection.domain.civil_date import read_date
from services.prospection.domain.email_address import looks_mistyped, read_email


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("  Ines.Martin@EXEMPLE-Sante.FR ", "Ines.Martin@exemple-sante.fr"),
        ("mailto:ines@exemple-sante.fr", "ines@exemple-sante.fr"),
        ("ines@exemple-sante.fr;", "ines@exemple-sante.fr"),
        ("ines@exemple-sante.fr.", "ines@exemple-sante.fr"),
        ("Inès Martin <ines@exemple-sante.fr>", "ines@exemple-sante.fr"),
        ('"ines@exemple-sante.fr"', "ines@exemple-sante.fr"),
        ("ines@exemple-sante.fr ; autre@exemple-sante.fr", "ines@exemple-sante.fr"),
        ("ines+congres@exemple-sante.fr", "ines+congres@exemple-sante.fr"),
        ("ines@médecine-générale.fr", "ines@médecine-générale.fr"),
        ("ines@xn--mdecine-bya.fr", "ines@médecine.fr"),
    ],
)
def test_an_address_is_cleaned_and_its_domain_lowered(typed: str, address: str) -> None:
    assert read_email(typed) == address


@pytest.mark.parametrize(
    "typed",
    ["", "ines", "ines@", "@exemple.fr", "ines@exemple", "ines@free,fr", "ines..m@exemple-sante.fr",
     "ines martin@exemple-sante.fr", "ines@-exemple.fr", "x" * 65 + "@exemple-sante.fr",
     "ines@" + "a" * 300 + ".fr", "=cmd|x", "ines@exemple_sante.fr", "ines@médecine"],
)  # fmt: skip
def test_what_is_no_address_gives_none(typed: str) -> None:
    assert read_email(typed) is None


def test_a_usual_slip_of_a_known_domain_is_noticed() -> None:
    assert looks_mistyped("ines@gmail.con")
    assert not looks_mistyped("ines@gmail.com")


@given(st.one_of(st.text(max_size=80), st.emails()))
def test_reading_an_address_twice_is_the_same_as_once(typed: str) -> None:
    address = read_email(typed)
    if address is not None:
        assert read_email(address) == address


@pytest.mark.parametrize(
    "typed",
    ["12/03/2027", "12/3/27", "12-03-2027", "12.03.2027", "2027-03-12", "2027/03/12",
     "12 mars 2027", "vendredi 12 mars 2027", "12/03/2027 14:30", "2027-03-12T14:30:00",
     "12 / 03 / 2027", "46458", "46458.0", 46458, 46458.5, date(2027, 3, 12), "12/03/2027 14h30",
     datetime(2027, 3, 12, 9, 30)],  # noqa: DTZ001 - a workbook has no time zone
)  # fmt: skip
def test_writings_of_a_day_are_one_day(typed: object) -> None:
    assert read_date(typed) == date(2027, 3, 12)


def test_the_first_of_a_month_in_words_is_read() -> None:
    assert read_date("1er août 2027") == date(2027, 8, 1)


@pytest.mark.parametrize(
    "typed",
    ["31/02/2027", "00/00/0000", "13/13/2027", "bientôt", "", "12/03", "2027", "12/03/1827", 12,
     float("nan"), float("inf"), "99999", "1er brumaire 2027", "²²/03/2027", None, True],
)  # fmt: skip
def test_what_is_no_day_gives_none(typed: object) -> None:
    assert read_date(typed) is None


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)))
def test_a_day_is_read_back_from_its_french_and_iso_writings(day: date) -> None:
    assert read_date(day.strftime("%d/%m/%Y")) == day == read_date(day.isoformat())
