"""Dates as typed in a spreadsheet: French, ISO, in words, or a serial number of Excel."""

import re
from datetime import date, datetime, timedelta
from typing import Final

_NUMBERS = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_WORDS = re.compile(r"(?:[a-zéû]+\.?\s+)?(\d{1,2})(?:er)?\s+([a-zéû]+)\.?\s+(\d{4})", re.IGNORECASE)
_TIME = re.compile(r"(?:T|\s+(?:à\s+)?)\d{1,2}\s*[:h]\s*\d{0,2}(?::\d{2}(?:\.\d+)?)?Z?$")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_MONTHS: Final = {
    "janvier": 1, "janv": 1, "février": 2, "fevrier": 2, "févr": 2, "fév": 2, "mars": 3,
    "avril": 4, "avr": 4, "mai": 5, "juin": 6, "juillet": 7, "juil": 7, "août": 8, "aout": 8,
    "septembre": 9, "sept": 9, "octobre": 10, "oct": 10, "novembre": 11, "nov": 11,
    "décembre": 12, "decembre": 12, "déc": 12, "dec": 12,
}  # fmt: skip
_EXCEL_ORIGIN: Final = date(1899, 12, 30)
_YEARS: Final = range(1990, 2101)


def read_date(value: object) -> date | None:
    """The civil date, or None when it is none (31/02/2027) or out of 1990–2100.

    Two-digit years are of this century; day comes before month; a time after it is ignored.
    """
    if isinstance(value, datetime):
        found: date | None = value.date()
    elif isinstance(value, date):
        found = value
    elif isinstance(value, int | float):
        found = _from_serial(float(value))
    else:
        found = _from_text(str(value))
    return found if found is not None and found.year in _YEARS else None


def _from_serial(serial: float) -> date | None:
    return _EXCEL_ORIGIN + timedelta(days=int(serial)) if 20_000 <= serial < 80_000 else None


def _from_text(text: str) -> date | None:
    text = _TIME.sub("", text.strip()[:60])
    if found := _NUMBERS.fullmatch(text):
        day, month, year = (int(group) for group in found.groups())
        return _date(year if year > 99 else 2000 + year, month, day)
    if found := _ISO.fullmatch(text):
        year, month, day = (int(group) for group in found.groups())
        return _date(year, month, day)
    if _SERIAL.fullmatch(text):
        return _from_serial(float(text))
    if found := _WORDS.fullmatch(text):
        return _date(int(found[3]), _MONTHS.get(found[2].lower(), 0), int(found[1]))
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
