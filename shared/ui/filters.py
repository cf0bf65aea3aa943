"""French formats for people: dates, money, numbers, telephones; exact non-breaking spaces."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

NBSP = "\u00a0"
NARROW = "\u202f"
ABSENT = "—"
PARIS = ZoneInfo("Europe/Paris")

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
# From the largest: seconds in the unit, singular, plural.
_UNITS = (
    (365 * 86_400, "an", "ans"),
    (30 * 86_400, "mois", "mois"),
    (86_400, "jour", "jours"),
    (3_600, "heure", "heures"),
    (60, "minute", "minutes"),
)


def in_paris(value: datetime) -> datetime:
    """The same instant on a clock of Loir-et-Cher; a datetime without zone is refused."""
    if value.tzinfo is None:
        raise ValueError("A moment shown to people needs a time zone.")
    return value.astimezone(PARIS)


def _as_date(value: date) -> date:
    return in_paris(value).date() if isinstance(value, datetime) else value


def jour_court(value: date | None) -> str:
    """Such as "12 mars 2027"; the first of a month is "1er mars 2027"."""
    if value is None:
        return ABSENT
    day = _as_date(value)
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[day.month - 1]} {day.year}"


def jour(value: date | None) -> str:
    """Such as "vendredi 12 mars 2027"."""
    if value is None:
        return ABSENT
    return f"{_DAYS[_as_date(value).weekday()]} {jour_court(value)}"


def heure(value: datetime | None) -> str:
    """Such as "19 h", "19 h 30", "9 h 05", in Paris time."""
    if value is None:
        return ABSENT
    local = in_paris(value)
    minutes = f"{NBSP}{local.minute:02d}" if local.minute else ""
    return f"{local.hour}{NBSP}h{minutes}"


def moment(value: datetime | None) -> str:
    """Such as "jeudi 20 mai 2027 à 19 h"."""
    if value is None:
        return ABSENT
    return f"{jour(value)} à {heure(value)}"


def moment_court(value: datetime | None) -> str:
    """Such as "20 mai 2027 à 19 h"."""
    if value is None:
        return ABSENT
    return f"{jour_court(value)} à {heure(value)}"


def nombre(value: float | None) -> str:
    """Such as "1 234", "12,5": thousands by a narrow non-breaking space, decimals by a comma."""
    if value is None:
        return ABSENT
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.replace(",", NARROW).replace(".", ",").replace("-", "−")


def euros(cents: int | None) -> str:
    """Such as "1 500 €" or "450,50 €" from an amount in cents; whole euros show no decimals."""
    if cents is None:
        return ABSENT
    whole, rest = divmod(abs(cents), 100)
    sign = "−" if cents < 0 else ""
    decimals = f",{rest:02d}" if rest else ""
    return f"{sign}{nombre(whole)}{decimals}{NBSP}€"


def pluriel(count: int, singular: str, plural: str | None = None) -> str:
    """Such as "0 place", "1 place", "2 places": in French the plural starts at two."""
    word = singular if abs(count) < 2 else (plural or f"{singular}s")
    return f"{nombre(count)}{NBSP}{word}"


def accorde(count: int, singular: str, plural: str | None = None) -> str:
    """The word alone, in the right number: "place" or "places"."""
    return singular if abs(count) < 2 else (plural or f"{singular}s")


def _span(seconds: float) -> str:
    for size, singular, plural in _UNITS:
        if seconds >= size:
            return pluriel(int(seconds // size), singular, plural)
    return ""


def relatif(value: datetime | None, now: datetime) -> str:
    """Distance: "il y a 5 minutes", "dans 3 jours"; to be shown beside the absolute moment."""
    if value is None:
        return ABSENT
    delta: timedelta = value - now
    span = _span(abs(delta.total_seconds()))
    if not span:
        return "à l’instant"
    return f"il y a {span}" if delta < timedelta() else f"dans {span}"


def telephone(value: str | None) -> str:
    """Such as "06 12 34 56 78" from "+33612345678"; a foreign number is left as it is."""
    if not value:
        return ABSENT
    digits = "".join(char for char in value if char.isdigit())
    if value.startswith("+33") and len(digits) == 11:
        digits = f"0{digits[2:]}"
    if len(digits) == 10 and digits.startswith("0"):
        return NBSP.join(digits[i : i + 2] for i in range(0, 10, 2))
    return value


def par_jour(items: Iterable[Any]) -> list[tuple[date, list[Any]]]:
    """Things that have an `at` (key or attribute), newest first, grouped by day of Paris."""

    def at(item: Any) -> datetime:
        when: datetime = item["at"] if isinstance(item, dict) else item.at
        return when

    days: list[tuple[date, list[Any]]] = []
    for item in sorted(items, key=at, reverse=True):
        day = in_paris(at(item)).date()
        if not days or days[-1][0] != day:
            days.append((day, []))
        days[-1][1].append(item)
    return days


FILTERS: dict[str, Callable[..., Any]] = {
    "accorde": accorde,
    "euros": euros,
    "heure": heure,
    "jour": jour,
    "jour_court": jour_court,
    "moment": moment,
    "moment_court": moment_court,
    "nombre": nombre,
    "par_jour": par_jour,
    "pluriel": pluriel,
    "relatif": relatif,
    "telephone": telephone,
}
