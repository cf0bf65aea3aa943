"""Names as French typography writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.prospection.domain.column_titles import NameOrder
from services.prospection.domain.person_name import (
    clean,
    proper_first_name,
    proper_surname,
    split_full_name,
    without_civility,
)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("MARTIN-DUBOIS", "Martin-Dubois"),
        ("de LA TOUR", "de La Tour"),
        ("DE LA TOUR", "de La Tour"),
        ("de la tour", "de La Tour"),
        ("D'ARC", "d'Arc"),
        ("d'arc", "d'Arc"),
        ("D'Arc", "d'Arc"),
        ("O'NEILL", "O'Neill"),
        ("L'HERMITE", "L'Hermite"),
        ("LE GOFF", "Le Goff"),
        ("VAN DER BERG", "Van der Berg"),
        ("BEN ALI", "Ben Ali"),
        ("DU BELLAY", "du Bellay"),
        ("McDonald", "McDonald"),
        ("MCDONALD", "McDonald"),
        ("De Sousa", "De Sousa"),
        ("LEFÈVRE", "Lefèvre"),
        ("éléonore", "Éléonore"),
        ("SAINT-EXUPÉRY", "Saint-Exupéry"),
        ("MARTIN née DUBOIS", "Martin née Dubois"),
        ("MARTIN DUBOIS", "Martin Dubois"),
        ("ÇELIK", "Çelik"),
        ("BERNARD-DE-LYS", "Bernard-de-Lys"),
    ],
)
def test_a_surname_takes_its_capitals_and_its_particles(typed: str, written: str) -> None:
    assert proper_surname(typed) == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [("JEAN-LUC", "Jean-Luc"), ("chloé", "Chloé"), ("MARIE CLAIRE", "Marie Claire"), ("J.", "J.")],
)
def test_a_first_name_takes_its_capitals(typed: str, written: str) -> None:
    assert proper_first_name(typed) == written


@pytest.mark.parametrize(
    ("typed", "bare"),
    [
        ("Mme MARTIN", "MARTIN"),
        ("M. Petit", "Petit"),
        ("Dr.GARCIA", "GARCIA"),
        ("Pr Dr Besnard", "Besnard"),
        ("docteur Zoé", "Zoé"),
        ("Mercier", "Mercier"),
        ("Drouet", "Drouet"),
        ("M", "M"),
    ],
)
def test_titles_before_a_name_are_taken_off(typed: str, bare: str) -> None:
    assert without_civility(typed) == bare


@pytest.mark.parametrize(
    ("typed", "order", "last", "first", "sure"),
    [
        ("MARTIN-DUBOIS Inès", NameOrder.UNKNOWN, "MARTIN-DUBOIS", "Inès", True),
        ("Inès MARTIN-DUBOIS", NameOrder.LAST_FIRST, "MARTIN-DUBOIS", "Inès", True),
        ("de LA TOUR Jean", NameOrder.UNKNOWN, "de LA TOUR", "Jean", True),
        ("Jean de LA TOUR", NameOrder.UNKNOWN, "de LA TOUR", "Jean", True),
        ("d'ARC Jeanne", NameOrder.UNKNOWN, "d'ARC", "Jeanne", True),
        ("Marie Claire DUPONT", NameOrder.UNKNOWN, "DUPONT", "Marie Claire", True),
        ("Martin, Inès", NameOrder.UNKNOWN, "Martin", "Inès", True),
        ("Martin Inès", NameOrder.LAST_FIRST, "Martin", "Inès", True),
        ("Inès Martin", NameOrder.FIRST_LAST, "Martin", "Inès", True),
        ("Martin Inès", NameOrder.UNKNOWN, "Martin", "Inès", False),
        ("LE GOFF AÏCHA", NameOrder.LAST_FIRST, "LE GOFF", "AÏCHA", False),
        ("Jean de La Tour", NameOrder.FIRST_LAST, "de La Tour", "Jean", False),
        ("Martin", NameOrder.UNKNOWN, "Martin", "", False),
    ],
)
def test_a_surname_and_a_first_name_in_one_cell_are_told_apart(
    typed: str, order: NameOrder, last: str, first: str, sure: bool
) -> None:
    assert split_full_name(typed, order) == (last, first, sure)


def test_invisible_characters_and_odd_apostrophes_are_cleaned() -> None:
    assert clean("  D’ARC\u200b \u00a0 Jeanne\x00 ") == "D'ARC Jeanne"
    assert clean("Ine\u0300s") == "Inès"


@given(st.text(max_size=60))
def test_writing_a_name_properly_twice_is_the_same_as_once(typed: str) -> None:
    once = proper_surname(clean(typed))
    assert proper_surname(once) == once
    first = proper_first_name(clean(typed))
    assert proper_first_name(first) == first


@given(st.text(max_size=60), st.sampled_from(NameOrder))
def test_splitting_a_name_loses_no_letter(typed: str, order: NameOrder) -> None:
    text = clean(typed)
    split = split_full_name(text, order)
    kept = sorted(c for c in split.last + split.first if c.isalpha())
    assert kept == sorted(c for c in text if c.isalpha())
