"""Names are compared and ordered by one folded key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.persistence.folding import email_key, fold


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Éléonore D'Arc-Petit", "eleonore d arc petit"),
        ("  MARTIN   Inès ", "martin ines"),
        ("Œuvré", "oeuvre"),
        ("Straße", "strasse"),
        ("Ça–et–là", "ca et la"),
        ("", ""),
    ],
)
def test_accents_case_and_punctuation_do_not_count(typed: str, key: str) -> None:
    assert fold(typed) == key


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(typed: str) -> None:
    assert fold(fold(typed)) == fold(typed)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (" Ines.Martin@Exemple.FR ", "ines.martin@exemple.fr"),
        ("ana@écoles-santé.fr", "ana@xn--coles-sant-96ak.fr"),
        ("pas une adresse", "pas une adresse"),
    ],
)
def test_addresses_are_compared_without_case_and_by_their_ascii_domain(
    typed: str, key: str
) -> None:
    assert email_key(typed) == key
