"""Clock of the territory: what staff type is Paris time, what is kept is UTC."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from shared.contracts.refusal import Invalid

PARIS = ZoneInfo("Europe/Paris")

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""A year outside is a slip of the keyboard, and breaks calendars that count in another zone."""


def paris_instant(day: date, hour: time, *, field: str) -> datetime:
    """That hour of that day in Paris, in UTC. Raises `Invalid` for an hour skipped in March."""
    local = datetime.combine(day, hour, tzinfo=PARIS)
    instant = local.astimezone(UTC)
    if instant.astimezone(PARIS).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Invalid(
            "Cette heure n’existe pas ce jour-là\u00a0: c’est le passage à l’heure d’été.",
            field=field,
        )
    return instant


def read_day(typed: str, *, field: str) -> date:
    """A civil date as a browser or a person writes it (2027-05-20, 20/05/2027)."""
    text = typed.strip()
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            day = datetime.strptime(text, pattern).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise Invalid("L’année de cette date n’est pas plausible.", field=field)
        return day
    raise Invalid("Cette date n’est pas valable. Exemple\u00a0: 20/05/2027.", field=field)


def read_hour(typed: str, *, field: str) -> time:
    """An hour of the day (19:00, 19h30, 19 h)."""
    text = typed.strip().lower().replace("\u00a0", "").replace(" ", "").replace("h", ":")
    text = f"{text}00" if text.endswith(":") else text
    for pattern in ("%H:%M", "%H:%M:%S"):
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=UTC).time()
        except ValueError:
            continue
    raise Invalid("Cette heure n’est pas valable. Exemple\u00a0: 19:00.", field=field)
