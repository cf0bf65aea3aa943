"""Contacts in an XLSX workbook, true or hostile."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from services.prospection.domain.contact_line import (
    ContactLine,
    RefusedLine,
    map_columns,
    normalise,
)
from services.prospection.gateways.spreadsheet import (
    DamagedWorkbook,
    Limits,
    NotContacts,
    NoTitles,
    Sheet,
    TooManyColumns,
    TooManyLines,
    UnreadableFile,
    WorkbookTooLarge,
    read_rows,
)
from tests.services.prospection import samples

NAMES = ("Nom", "Prénom", "Mail")


def lines_of(sheet: Sheet) -> list[ContactLine | RefusedLine]:
    columns = map_columns(sheet.columns)
    return [normalise(row.number, row.cells, columns, row.problems) for row in sheet.rows]


def read_or_refuse(content: bytes) -> Sheet | UnreadableFile:
    try:
        return read_rows(content, "contacts.xlsx")
    except UnreadableFile as refusal:
        return refusal


def rewritten(content: bytes, part: str, change: tuple[bytes, bytes]) -> bytes:
    """The same archive with a replacement made in one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(*change) if name == part else data)
    return out.getvalue()


def test_a_workbook_and_a_csv_of_the_same_congress_give_the_same_persons() -> None:
    sheet = read_rows(samples.congress_xlsx(), "congres.xlsx")
    assert (sheet.sheet_name, sheet.header_line, len(sheet.rows)) == ("Contacts", 3, 42)
    assert [line.reason for line in sheet.ignored] == ["Ligne de total."]
    ours = [line for line in lines_of(sheet) if isinstance(line, ContactLine)]
    theirs = [
        line
        for line in lines_of(read_rows(samples.congress_csv(), "congres.csv"))
        if isinstance(line, ContactLine)
    ]
    assert [(c.last_name, c.first_name, c.email, c.phone, c.met_on) for c in ours] == [
        (c.last_name, c.first_name, c.email, c.phone, c.met_on) for c in theirs
    ]


def test_the_name_of_the_file_does_not_matter() -> None:
    assert len(read_rows(samples.congress_xlsx(), "congres.csv").rows) == 42


def test_a_formula_without_saved_result_refuses_its_line() -> None:
    lines: list[list[object]] = [
        ["Martin", "Zoé", '=CONCAT("z","@exemple-sante.fr")'],
        ["Petit", "Hugo", "h@exemple-sante.fr"],
    ]
    read = lines_of(read_rows(samples.as_xlsx(lines, titles=NAMES), "contacts.xlsx"))
    assert isinstance(read[0], RefusedLine)
    assert "formule sans résultat" in read[0].reasons[0]
    assert isinstance(read[1], ContactLine)


def test_a_formula_with_a_saved_result_is_read_as_its_result() -> None:
    content = samples.as_xlsx([["Martin", "Zoé", "=1+1"]], titles=NAMES)
    saved = (b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
    if saved[0] not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml"):
        saved = (b"<f>1+1</f><v />", saved[1])
    sheet = read_rows(rewritten(content, "xl/worksheets/sheet1.xml", saved), "contacts.xlsx")
    assert sheet.rows[0].cells["Mail"] == 2


def test_a_total_by_formula_is_still_a_total() -> None:
    content = samples.as_xlsx(
        [["Martin", "Zoé", ""]], titles=NAMES, below=[["TOTAL", "=COUNTA(A2:A2)"]]
    )
    sheet = read_rows(content, "contacts.xlsx")
    assert len(sheet.rows) == 1
    assert [line.reason for line in sheet.ignored] == ["Ligne de total."]


def test_an_error_of_the_spreadsheet_refuses_its_line() -> None:
    sheet = read_rows(samples.as_xlsx([["#REF!", "Zoé"]], titles=NAMES), "contacts.xlsx")
    assert "erreur de tableur" in sheet.rows[0].problems[0]


def test_the_first_visible_sheet_with_titles_is_read_and_the_others_are_said() -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Mode d'emploi"
    for name in ("Cachée", "Jeudi", "Vendredi"):
        page = book.create_sheet(name)
        page.append(["Nom", "Prénom"])
        page.append([name, "Zoé"])
    book["Cachée"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    sheet = read_rows(out.getvalue(), "contacts.xlsx")
    assert sheet.sheet_name == "Jeudi"
    assert sheet.warnings == ("La feuille «\u00a0Vendredi\u00a0» n'est pas lue.",)


def test_a_workbook_that_lies_about_its_size_is_read_for_what_it_holds() -> None:
    content = samples.as_xlsx([["Martin", "Zoé", ""]], titles=NAMES)
    book = load_workbook(io.BytesIO(content))
    page = book.active
    assert page is not None
    page.cell(row=1_048_576, column=1, value=None).number_format = "0"
    page.cell(row=2, column=16_000, value=" ")
    out = io.BytesIO()
    book.save(out)
    sheet = read_rows(out.getvalue(), "contacts.xlsx")
    assert len(sheet.rows) == 1


def test_a_zip_bomb_is_never_opened() -> None:
    bomb = samples.zip_bomb()
    assert len(bomb) < 1_000_000
    with pytest.raises(WorkbookTooLarge, match="n'a pas été ouvert"):
        read_rows(bomb, "contacts.xlsx")
    with pytest.raises(WorkbookTooLarge):
        read_rows(samples.zip_bomb(20), "contacts.xlsx")


def test_an_archive_of_too_many_entries_is_never_opened() -> None:
    content = samples.congress_xlsx()
    with pytest.raises(WorkbookTooLarge):
        read_rows(content, "contacts.xlsx", Limits(unpacked_entries=3))


def test_entities_that_grow_are_refused() -> None:
    lol = b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><worksheet'
    content = samples.as_xlsx([["Martin", "Zoé", ""]], titles=NAMES)
    hostile = rewritten(content, "xl/worksheets/sheet1.xml", (b"<worksheet", lol))
    with pytest.raises(DamagedWorkbook):
        read_rows(hostile, "contacts.xlsx")


def zipped(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "refusal", "words"),
    [
        (zipped(photo_dot_jpg="x"), NotContacts, "archive"),
        (zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), NotContacts, "Open"),
        (zipped(word__document_dot_xml="x"), NotContacts, "Word"),
        (b"PK\x03\x04 not a zip", DamagedWorkbook, "abîmé"),
        (samples.congress_xlsx()[:-900], DamagedWorkbook, "abîmé"),
        (samples.as_xlsx([["a", "b"]], titles=("Vélo", "Couleur")), NoTitles, "titres"),
        (samples.as_xlsx([], titles=()), NoTitles, "titres"),
    ],
)
def test_what_is_not_a_workbook_of_contacts_is_refused_in_a_sentence(
    content: bytes, refusal: type[UnreadableFile], words: str
) -> None:
    with pytest.raises(refusal) as refused:
        read_rows(content, "contacts.xlsx")
    assert words in refused.value.reason


def test_workbooks_over_the_limits_are_refused() -> None:
    content = samples.as_xlsx(samples.clean_lines(20))
    with pytest.raises(TooManyLines):
        read_rows(content, "contacts.xlsx", Limits(lines=10))
    with pytest.raises(TooManyColumns):
        read_rows(content, "contacts.xlsx", Limits(columns=5))


SMALL = samples.as_xlsx([["Martin", "Zoé", "z@exemple-sante.fr"]], titles=NAMES)


@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), max_size=8))
def test_a_workbook_with_spoiled_bytes_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    content = bytearray(SMALL)
    for place, byte in changes:
        content[place] = byte
    outcome = read_or_refuse(bytes(content))
    assert lines_of(outcome) is not None if isinstance(outcome, Sheet) else outcome.reason
