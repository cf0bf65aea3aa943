"""One line of a file, brought to a person or refused with its reasons."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.prospection.domain.contact_line import (
    ContactLine,
    RefusedLine,
    map_columns,
    normalise,
)
from services.prospection.domain.person import ROLE_WORDS
from services.prospection.domain.vocation import read_role

BASE: dict[str, object] = {"Nom": "MARTIN", "Prénom": "Inès", "Mail": "ines@exemple-sante.fr"}


def read(cells: dict[str, object], problems: tuple[str, ...] = ()) -> ContactLine | RefusedLine:
    return normalise(7, cells, map_columns(list(cells)), problems)


def kept(**cells: Any) -> ContactLine:
    line = read({**BASE, **{title.replace("_", " "): value for title, value in cells.items()}})
    assert isinstance(line, ContactLine), line
    return line


def refused(cells: dict[str, object]) -> RefusedLine:
    line = read(cells)
    assert isinstance(line, RefusedLine), line
    return line


def test_a_whole_line_becomes_a_person() -> None:
    line = kept(
        Tél="06 39 98 12 34",
        Profession="Médecin généraliste",
        Statut="Interne",
        Faculté="Tours",
        Année="DES 2",
        Ville="41100 VENDÔME",
        Date_de_rencontre="12/03/2027",
        Accepte_mail="Oui",
        Remarques="cherche un stage\nprès de Vendôme",
    )
    assert line == ContactLine(
        line=7,
        last_name="Martin",
        first_name="Inès",
        email="ines@exemple-sante.fr",
        phone="+33639981234",
        profession="Médecin généraliste",
        role="interne",
        year="DES 2",
        school="Tours",
        city="Vendôme",
        postal_code="41100",
        met_on=date(2027, 3, 12),
        accepts_email=True,
        notes="cherche un stage\nprès de Vendôme",
    )


def test_a_line_without_mail_or_telephone_is_kept_and_said() -> None:
    line = read({"Nom": "MARTIN", "Prénom": "Inès", "Mail": "-", "Tél": ""})
    assert isinstance(line, ContactLine)
    assert line.warnings == ("Sans moyen de contact\u00a0: ni e-mail, ni téléphone.",)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Nom": "", "Prénom": "Inès"}, "Le nom manque."),
        ({"Nom": "MARTIN", "Prénom": ""}, "Le prénom manque."),
        ({"Nom": "=HYPERLINK(1)", "Prénom": "Inès"}, "contient une formule"),
        ({"Nom": "Martin", "Prénom": "@SUM(1)"}, "contient une formule"),
        ({"Nom Prénom": "=cmd|'/C calc'!A0 Inès"}, "contient une formule"),
        ({"Nom": "12345", "Prénom": "Inès"}, "n'est pas lisible"),
        ({"Nom": "M" * 101, "Prénom": "Inès"}, "dépasse 100 caractères"),
        ({**BASE, "Mail": "ines@free,fr"}, "n'est pas valable"),
    ],
)
def test_a_line_that_is_nobody_is_refused_with_its_reason(
    cells: dict[str, object], reason: str
) -> None:
    assert reason in " ".join(refused(cells).reasons)


def test_all_the_reasons_of_a_refusal_are_given() -> None:
    assert len(refused({"Nom": "", "Prénom": "", "Mail": "ines@"}).reasons) == 3


def test_a_problem_of_the_file_refuses_the_line() -> None:
    line = read(BASE, ("La cellule est trop longue.",))
    assert line == RefusedLine(7, ("La cellule est trop longue.",))


def test_a_wrong_telephone_or_date_is_left_out_with_a_warning() -> None:
    line = kept(Tél="06 39", Date_de_rencontre="31/02/2027")
    assert (line.phone, line.met_on) == (None, None)
    assert "Téléphone illisible" in line.warnings[0]
    assert (
        line.warnings[1]
        == "Date de rencontre illisible («\u00a031/02/2027\u00a0»)\u00a0: non gardée."
    )


def test_numbers_and_dates_of_a_workbook_are_read_as_typed() -> None:
    met = datetime(2027, 3, 12)  # noqa: DTZ001 - a workbook has no time zone
    line = kept(Tél=639981234.0, Date_de_rencontre=met, Code_postal=1000)
    assert (line.phone, line.met_on, line.postal_code) == (
        "+33639981234",
        date(2027, 3, 12),
        "01000",
    )


@pytest.mark.parametrize(
    ("typed", "accepts"),
    [("Oui", True), ("X", True), (1, True), (True, True), ("non", False), (0, False), ("", None),
     ("?", None), ("peut-être", None)],
)  # fmt: skip
def test_consent_is_yes_no_or_unknown(typed: object, accepts: bool | None) -> None:
    assert kept(RGPD=typed).accepts_email is accepts


def test_a_birth_date_is_never_kept() -> None:
    line = kept(Date_de_naissance="01/02/1999", Remarques="")
    assert "1999" not in repr(line)


def test_a_mobile_is_kept_before_a_land_line() -> None:
    line = kept(Téléphone="02 61 91 00 01", Portable="06 39 98 12 34")
    assert line.phone == "+33639981234"


def test_a_status_nobody_knows_is_kept_in_the_notes() -> None:
    line = kept(Statut="Licorne")
    assert line.role is None
    assert line.notes == "Statut\u00a0: Licorne"


def test_a_formula_in_a_note_stays_text_and_is_said() -> None:
    line = kept(Remarques="=1+1")
    assert line.notes == "=1+1"
    assert "simple texte" in line.warnings[0]


def test_a_bullet_in_a_note_is_no_formula() -> None:
    assert kept(Remarques="- à rappeler").warnings == ()


def test_a_text_too_long_for_its_column_joins_the_notes() -> None:
    line = kept(Ville="V" * 500)
    assert line.city is None
    assert line.notes is not None
    assert "V" * 500 in line.notes


def test_both_names_in_one_cell_are_split_and_an_uncertain_order_is_said() -> None:
    sure = read({"Nom Prénom": "Dr MARTIN-DUBOIS Inès"})
    assert isinstance(sure, ContactLine)
    assert (sure.last_name, sure.first_name) == ("Martin-Dubois", "Inès")
    unsure = read({"Nom": "Martin Inès", "Mail": "ines@exemple-sante.fr"})
    assert isinstance(unsure, ContactLine)
    assert unsure.warnings == ("Vérifiez l'ordre du nom et du prénom.",)


def test_an_internationalised_address_shows_its_script_and_compares_in_ascii() -> None:
    line = kept(Mail="ines@médecine-41.fr")
    assert line.email == "ines@médecine-41.fr"
    assert line.email_key == "ines@xn--mdecine-41-b7a.fr"


@pytest.mark.parametrize(
    ("status", "profession", "role"),
    [
        ("Interne", "Médecine générale", "interne"),
        ("Docteur junior", None, "docteur_junior"),
        (None, "Étudiante en soins infirmiers", "etudiant"),
        ("Installée", "Infirmière libérale", "infirmier"),
        ("Remplaçant", "Médecin", "remplacant"),
        (None, "Masseur-kinésithérapeute", "kinesitherapeute"),
        (None, "Sage-femme", "sage_femme"),
        (None, "Médecin des hôpitaux", "medecin"),
        ("DES médecine générale", None, "interne"),
        ("MSU", "Médecin généraliste", "maitre_de_stage"),
        (None, "Plombier", None),
        (None, None, None),
    ],
)
def test_words_of_a_status_and_a_profession_give_a_role(
    status: str | None, profession: str | None, role: str | None
) -> None:
    assert read_role(status, profession) == role
    assert role is None or role in ROLE_WORDS


TITLES = ["Nom", "Prénom", "Nom Prénom", "Mail", "Tél", "Portable", "Statut", "Profession", "Ville",
          "Code postal", "Date de rencontre", "RGPD", "Remarques", "Année", "Vélo"]  # fmt: skip
CELLS = st.one_of(
    st.text(max_size=40),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.none(),
)


@given(st.dictionaries(st.sampled_from(TITLES), CELLS))
def test_any_line_is_a_contact_or_a_refusal_with_reasons(cells: dict[str, object]) -> None:
    line = normalise(1, cells, map_columns(TITLES))
    if isinstance(line, RefusedLine):
        assert line.reasons
    else:
        assert line.last_name
        assert line.first_name
        assert "\x00" not in repr(line)
