"""Titles of columns as people write them."""

import pytest

from services.prospection.domain.column_titles import Field, NameOrder, map_columns, recognise


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("Nom", Field.LAST_NAME),
        ("NOM", Field.LAST_NAME),
        ("Nom de famille", Field.LAST_NAME),
        ("Prénom", Field.FIRST_NAME),
        ("Prenom *", Field.FIRST_NAME),
        ("Nom Prénom", Field.FULL_NAME),
        ("Nom et prénom", Field.FULL_NAME),
        ("Mail", Field.EMAIL),
        ("E-mail", Field.EMAIL),
        ("Courriel", Field.EMAIL),
        ("Adresse mail (obligatoire)", Field.EMAIL),
        ("Tél", Field.PHONE),
        ("N° de téléphone", Field.PHONE),
        ("Tél. portable", Field.PHONE),
        ("Téléphone 2", Field.PHONE),
        ("Spécialité", Field.SPECIALTY),
        ("Année d'étude", Field.YEAR),
        ("Faculté", Field.SCHOOL),
        ("Code postal", Field.POSTAL_CODE),
        ("Date de rencontre :", Field.MET_ON),
        ("Accepte mail", Field.ACCEPTS_EMAIL),
        ("RGPD", Field.ACCEPTS_EMAIL),
        ("Commentaire", Field.NOTES),
        ("Né(e) le", Field.NEVER_KEPT),
        ("Date de naissance", Field.NEVER_KEPT),
        ("Vélo", None),
        ("", None),
    ],
)
def test_a_title_is_recognised_in_its_usual_writings(title: str, field: Field | None) -> None:
    assert recognise(title) is field


def test_a_lone_name_column_holds_both_names() -> None:
    columns = map_columns(["Nom", "Mail"])
    assert columns.names(Field.FULL_NAME) == ("Nom",)
    assert columns.name_order is NameOrder.UNKNOWN


def test_the_title_says_which_name_comes_first() -> None:
    assert map_columns(["Nom Prénom"]).name_order is NameOrder.LAST_FIRST
    assert map_columns(["Prénom et nom"]).name_order is NameOrder.FIRST_LAST


def test_a_usual_name_comes_before_a_birth_name_and_a_mobile_before_a_land_line() -> None:
    columns = map_columns(["Nom de naissance", "Nom d'usage", "Prénom", "Tél fixe", "Portable"])
    assert columns.names(Field.LAST_NAME) == ("Nom d'usage", "Nom de naissance")
    assert columns.names(Field.PHONE) == ("Portable", "Tél fixe")


def test_birth_dates_and_unknown_columns_are_not_read_and_it_is_said() -> None:
    columns = map_columns(["Nom", "Prénom", "Date de naissance", "Vélo"])
    assert columns.names(Field.NEVER_KEPT) == ()
    assert columns.unknown == ("Vélo",)
    assert "jamais conservée" in columns.warnings[0]
    assert "Vélo" in columns.warnings[1]
