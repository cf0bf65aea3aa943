"""Contacts in a CSV as people really make them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.prospection.domain.contact_line import (
    ContactLine,
    RefusedLine,
    map_columns,
    normalise,
)
from services.prospection.gateways.spreadsheet import (
    EmptyFile,
    FileTooLarge,
    Limits,
    NotContacts,
    NoTitles,
    OldWorkbook,
    ProtectedWorkbook,
    Sheet,
    TooManyColumns,
    TooManyLines,
    UnreadableFile,
    read_rows,
)
from tests.services.prospection import samples


def lines_of(sheet: Sheet) -> list[ContactLine | RefusedLine]:
    columns = map_columns(sheet.columns)
    return [normalise(row.number, row.cells, columns, row.problems) for row in sheet.rows]


def read_or_refuse(content: bytes) -> Sheet | UnreadableFile:
    try:
        return read_rows(content, "contacts.csv")
    except UnreadableFile as refusal:
        return refusal


def test_the_42_lines_of_a_congress_are_read_as_brought_back() -> None:
    sheet = read_rows(samples.congress_csv(), "congres.csv")
    assert (sheet.encoding, sheet.delimiter, sheet.header_line) == ("Windows-1252", ";", 4)
    assert len(sheet.rows) == 42
    assert sheet.rows[0].number == 5
    assert [(line.number, line.reason) for line in sheet.ignored] == [(48, "Ligne de total.")]
    lines = lines_of(sheet)
    contacts = [line for line in lines if isinstance(line, ContactLine)]
    assert len(contacts) == 41
    assert lines[41] == RefusedLine(46, ("Le prénom manque.",))
    assert contacts[0].last_name == "Martin-Dubois"
    assert contacts[0].email_key == contacts[36].email_key
    assert len({(c.last_name, c.first_name, c.email_key) for c in contacts}) == 39


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman",
                 "cp850"],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_accents_survive_every_usual_encoding(encoding: str, newline: str) -> None:
    content = samples.as_csv(samples.clean_lines(30), encoding=encoding, newline=newline)
    sheet = read_rows(content, "contacts.csv")
    assert sheet.columns == samples.TITLES
    assert len(sheet.rows) == 30
    assert sheet.rows[2].cells["Prénom"] == "Éléonore"
    assert sheet.rows[10].cells["NOM"] == "Çelik"
    assert sheet.warnings == ()


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_separator_is_found(delimiter: str) -> None:
    content = samples.as_csv(samples.clean_lines(5), delimiter=delimiter, encoding="utf-8")
    sheet = read_rows(content, "contacts.csv")
    assert sheet.delimiter == delimiter
    assert sheet.columns == samples.TITLES


def test_the_separator_declared_by_excel_is_honoured() -> None:
    sheet = read_rows(b"sep=;\nNom;Pr\xe9nom\nMartin;Zo\xe9\n", "contacts.csv")
    assert sheet.delimiter == ";"
    assert (sheet.header_line, sheet.rows[0].number) == (2, 3)


def test_a_line_break_inside_quotes_stays_in_its_cell() -> None:
    content = 'Nom;Prénom;Remarques\nMartin;Zoé;"un\ndeux\ntrois"\nPetit;Hugo;\n'.encode()
    sheet = read_rows(content, "contacts.csv")
    assert sheet.rows[0].cells["Remarques"] == "un\ndeux\ntrois"
    assert sheet.rows[1].cells["Nom"] == "Petit"
    assert sheet.warnings == ()


def test_a_quote_never_closed_swallows_nobody() -> None:
    lines = [f"Martin{n};Zoé;z{n}@exemple-sante.fr;06 39 98 00 {n:02}" for n in range(60)]
    lines[3] = '"' + lines[3]
    content = "\n".join(["Nom;Prénom;Mail;Tél", *lines]).encode()
    sheet = read_rows(content, "contacts.csv")
    assert len(sheet.rows) == 60
    assert sheet.rows[3].cells["Nom"] == "Martin3"
    assert "guillemet" in sheet.warnings[0]


def test_two_stray_quotes_far_apart_swallow_nobody() -> None:
    lines = [f"Martin{n};Zoé;z{n}@exemple-sante.fr;06 39 98 00 {n:02}" for n in range(60)]
    lines[3], lines[40] = '"' + lines[3], '"' + lines[40]
    sheet = read_rows("\n".join(["Nom;Prénom;Mail;Tél", *lines]).encode(), "contacts.csv")
    assert len(sheet.rows) == 60


def test_a_quote_never_closed_above_the_titles_hides_nothing() -> None:
    content = '"Liste du congrès\nNom;Prénom\nMartin;Zoé\n'.encode()
    assert read_rows(content, "contacts.csv").rows[0].cells == {"Nom": "Martin", "Prénom": "Zoé"}


def test_a_birth_date_does_not_even_leave_the_file() -> None:
    content = "Nom;Prénom;Date de naissance\nMartin;Zoé;01/02/1999\n;;03/04/1998\n".encode()
    sheet = read_rows(content, "contacts.csv")
    assert sheet.columns[2] == "Date de naissance"
    assert "199" not in repr(sheet.rows)
    assert any("jamais conservée" in said for said in map_columns(sheet.columns).warnings)


def test_ragged_lines_are_read_when_short_and_refused_when_long() -> None:
    content = "Nom;Prénom;Mail\nMartin;Zoé\nPetit;Hugo;h@exemple-sante.fr;;;\nRoux;Théo;a;b\n"
    sheet = read_rows(content.encode(), "contacts.csv")
    assert [len(row.problems) for row in sheet.rows] == [0, 0, 1]
    assert "plus de cellules que de titres" in sheet.rows[2].problems[0]


def test_nul_bytes_are_taken_out_and_it_is_said() -> None:
    sheet = read_rows("Nom;Prénom\nMar\x00tin;Zoé\n".encode(), "contacts.csv")
    assert sheet.rows[0].cells["Nom"] == "Martin"
    assert "caractères de contrôle" in sheet.warnings[0]


def test_three_megabytes_in_one_cell_refuse_that_line_only() -> None:
    huge = "x" * 3_000_000
    content = f"Nom;Prénom;Remarques\nMartin;Zoé;{huge}\nPetit;Hugo;ok\n".encode()
    lines = lines_of(read_rows(content, "contacts.csv"))
    assert isinstance(lines[0], RefusedLine)
    (reason,) = lines[0].reasons
    assert reason.startswith("La cellule «\u00a0Remarques\u00a0» est trop longue")
    assert "3\u202f000\u202f000 caractères, 10\u202f000 au plus" in reason
    assert isinstance(lines[1], ContactLine)


@pytest.mark.parametrize(
    "total",
    ["Total;42", "TOTAL : 42;", ";;Total 42", "total;=NBVAL(A2:A43)",
     "Sous-total;12", "Nombre de contacts : 42", "Effectif;;42"],
)  # fmt: skip
def test_a_total_line_is_left_aside(total: str) -> None:
    content = f"Nom;Prénom;Mail\nMartin;Zoé;z@exemple-sante.fr\n{total}\n".encode()
    sheet = read_rows(content, "contacts.csv")
    assert len(sheet.rows) == 1
    assert sheet.ignored[0].reason == "Ligne de total."


def test_a_person_called_total_is_a_person() -> None:
    sheet = read_rows("Nom;Prénom\nTotal;Hugo\n".encode(), "contacts.csv")
    assert len(sheet.rows) == 1


def test_repeated_titles_and_empty_lines_are_left_aside() -> None:
    content = "Nom;Prénom\nMartin;Zoé\n;\n\nNom;Prénom\nPetit;Hugo\n;;\n\n"
    sheet = read_rows(content.encode(), "contacts.csv")
    assert [row.number for row in sheet.rows] == [2, 6]
    assert sheet.ignored[0].reason == "Titres répétés."
    assert sheet.empty_lines == 2


def test_the_same_title_twice_gives_two_columns() -> None:
    content = "Nom;Prénom;Tél;Tél\nMartin;Zoé;02 61 91 00 01;06 39 98 12 34\n".encode()
    sheet = read_rows(content, "contacts.csv")
    assert sheet.columns == ("Nom", "Prénom", "Tél", "Tél (2)")
    line = lines_of(sheet)[0]
    assert isinstance(line, ContactLine)
    assert line.phone == "+33639981234"


def test_a_formula_in_a_name_is_refused_and_a_plus_in_a_telephone_is_not() -> None:
    content = (
        'Nom;Prénom;Tél\n=HYPERLINK("http://x");Zoé;\nMartin;Zoé;+33 6 39 98 12 34\n'
        "Petit;Hugo;+cmd|' /C calc'!A0\n"
    )
    lines = lines_of(read_rows(content.encode(), "contacts.csv"))
    assert isinstance(lines[0], RefusedLine)
    assert "formule" in lines[0].reasons[0]
    assert isinstance(lines[1], ContactLine)
    assert lines[1].phone == "+33639981234"
    assert isinstance(lines[2], ContactLine)
    assert lines[2].phone is None


@pytest.mark.parametrize(
    ("content", "refusal", "words"),
    [
        (b"", EmptyFile, "vide"),
        (b" \r\n ", EmptyFile, "vide"),
        (b"%PDF-1.7 ...", NotContacts, "un PDF, malgré son nom"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, OldWorkbook, ".xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
         ProtectedWorkbook, "mot de passe"),
        (b"<html><table><tr><td>Nom</td></tr></table></html>", NotContacts, "page web"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, NotContacts, "image"),
        (b"bonjour;le;monde\n1;2;3\n", NoTitles, "Nom"),
        (b"E-mail\nines@exemple-sante.fr\n", NoTitles, "Nom"),
        (bytes(range(256)) * 20, NotContacts, "CSV"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_of_contacts_is_refused_in_a_sentence(
    content: bytes, refusal: type[UnreadableFile], words: str
) -> None:
    with pytest.raises(refusal) as refused:
        read_rows(content, "contacts.xlsx")
    assert words in refused.value.reason


def test_files_over_the_limits_are_refused() -> None:
    content = samples.as_csv(samples.clean_lines(20))
    with pytest.raises(TooManyLines, match="plus de 10 lignes"):
        read_rows(content, "contacts.csv", Limits(lines=10))
    with pytest.raises(TooManyColumns):
        read_rows(content, "contacts.csv", Limits(columns=5))
    with pytest.raises(FileTooLarge, match="10\u00a0Mo"):
        read_rows(b"x" * (10 * 1024 * 1024 + 1), "contacts.csv")


def test_fifty_thousand_lines_are_read_whole() -> None:
    sheet = read_rows(samples.large_csv(50_000), "contacts.csv")
    lines = lines_of(sheet)
    assert len(lines) == 50_000
    assert all(isinstance(line, ContactLine) for line in lines)
    assert len({line.email_key for line in lines if isinstance(line, ContactLine)}) == 50_000


TEXTS = st.text(alphabet=st.sampled_from('Nom;Prénom,"\n\r\t|é@x1=\x00'), max_size=200)


@given(st.one_of(st.binary(max_size=400), TEXTS.map(str.encode),
                 TEXTS.map(lambda text: b"Nom;Mail\n" + text.encode("utf-16"))))  # fmt: skip
def test_random_bytes_are_read_or_refused_and_never_crash(content: bytes) -> None:
    outcome = read_or_refuse(content)
    assert lines_of(outcome) is not None if isinstance(outcome, Sheet) else outcome.reason
