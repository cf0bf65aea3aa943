"""Files of contacts as people make them; every person is invented, numbers are for fiction."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date

TITLES = ("NOM", "Prénom", "Adresse mail", "Tél. portable", "Profession", "Statut", "Faculté",
          "Ville", "Date de rencontre", "Accepte les mails", "Remarques")  # fmt: skip

LAST = ("MARTIN-DUBOIS", "DE LA TOUR", "O'NEILL", "D'ARC", "Lefèvre", "GARCIA", "Besnard",
        "LE GOFF", "Ouédraogo", "PETIT", "Çelik", "ROUSSEAU", "Nguyen", "SAINT-AUBIN")  # fmt: skip
FIRST = ("Inès", "JEAN-LUC", "Éléonore", "Théo", "chloé", "Maëlle", "Hugo", "Aïcha", "Zoé")
PHONES = ("06 39 98 {a:02} {b:02}", "06.39.98.{a:02}.{b:02}", "+33 6 39 98 {a:02} {b:02}",
          "0033639 98{a:02}{b:02}", "6 39 98 {a:02} {b:02}", "63998{a:02}{b:02}.0")  # fmt: skip
STATUSES = ("Interne", "Externe", "Étudiante IFSI", "Remplaçant", "Installée")


def contact(rank: int) -> list[str]:
    """The invented contact number `rank`, in the order of TITLES; always the same."""
    last, first = LAST[rank % len(LAST)], FIRST[rank % len(FIRST)]
    phone = PHONES[rank % len(PHONES)].format(a=rank // 100 % 100, b=rank % 100)
    met = f"{rank % 28 + 1:02}/03/2027"
    notes = "souhaite un stage près de Vendôme" if rank % 7 == 0 else ""
    return [f"{last}", f"{first}", f"Contact.{rank}@exemple-sante.fr", phone, "Médecin généraliste",
            STATUSES[rank % len(STATUSES)], "Tours", "BLOIS", met, "oui" if rank % 2 else "",
            notes]  # fmt: skip


def clean_lines(count: int) -> list[list[str]]:
    """`count` distinct contacts without any trap."""
    return [contact(rank) for rank in range(count)]


def congress_lines() -> list[list[str]]:
    """42 lines of a congress: 36 sound, 2 duplicates, 2 without e-mail, 1 wrong date, 1 refused.

    Lines 37 and 38 repeat the first two persons under another writing; 39 and 40 have no e-mail;
    41 was met on 31 February; 42 has no first name.
    """
    lines = clean_lines(36)
    lines.append(["martin-dubois", "INÈS", "contact.0@EXEMPLE-SANTE.FR ", *[""] * 8])
    lines.append(["de La Tour", "Jean-Luc", "mailto:Contact.1@exemple-sante.fr", *[""] * 8])
    without_email = contact(36)
    without_email[2] = ""
    no_contact = contact(37)
    no_contact[2] = no_contact[3] = "-"
    wrong_date = contact(38)
    wrong_date[8] = "31/02/2027"
    lines += [without_email, no_contact, wrong_date]
    lines.append(["PASDEPRENOM", "", "sans.prenom@exemple-sante.fr", *[""] * 8])
    return lines


def as_csv(
    lines: Sequence[Sequence[str]],
    *,
    titles: Sequence[str] = TITLES,
    above: Sequence[str] = (),
    below: Sequence[str] = (),
    delimiter: str = ";",
    encoding: str = "cp1252",
    newline: str = "\r\n",
) -> bytes:
    """A CSV; `above` and `below` are whole lines written as they are around the table."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter=delimiter, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows(lines)
    text = "".join(f"{line}\n" for line in above) + table.getvalue()
    text += "".join(f"{line}\n" for line in below)
    return text.replace("\n", newline).encode(encoding, errors="replace")


def congress_csv() -> bytes:
    """The 42 lines as brought back from a congress: titles above, Windows-1252, a total below."""
    return as_csv(
        congress_lines(),
        above=["Contacts du congrès de médecine générale;;;", "Stand 12 – mars 2027;;;", ";;;"],
        below=[";;;", "TOTAL : 42;;;"],
    )


def as_xlsx(
    lines: Sequence[Sequence[object]],
    *,
    titles: Sequence[str] = TITLES,
    above: Sequence[Sequence[object]] = (),
    below: Sequence[Sequence[object]] = (),
    sheet: str = "Contacts",
    other_sheets: Sequence[str] = (),
) -> bytes:
    """The same as an XLSX workbook."""
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for line in (*above, titles, *lines, *below):
        page.append(list(line))
    for name in other_sheets:
        book.create_sheet(name)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def congress_xlsx() -> bytes:
    """The 42 lines as a workbook, dates as true dates where they are dates."""
    lines: list[list[object]] = [list(line) for line in congress_lines()]
    for rank, line in enumerate(lines[:36]):
        line[8] = date(2027, 3, rank % 28 + 1)
    return as_xlsx(lines, above=[["Contacts du congrès"], []], below=[[], ["TOTAL", 42]])


def large_csv(lines: int = 50_000) -> bytes:
    """A large clean file, in UTF-8."""
    return as_csv(clean_lines(lines), encoding="utf-8")


def zip_bomb(megabytes: int = 200) -> bytes:
    """An XLSX of a few hundred kilobytes that unfolds to `megabytes` of blanks."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(megabytes):
                part.write(b" " * (1 << 20))
    return out.getvalue()
