"""French words for days, money and distances, as the reasons say them."""

from datetime import date

NBSP = "\u00a0"
NARROW = "\u202f"

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip


def day(value: date) -> str:
    """« 1er mars 2027 »."""
    number = "1er" if value.day == 1 else str(value.day)
    return f"{number}{NBSP}{MONTHS[value.month - 1]}{NBSP}{value.year}"


def euros(cents: int) -> str:
    """« 1 500 € », or « 1 500,50 € » when there are cents."""
    whole, rest = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", NARROW)
    decimals = f",{rest:02d}" if rest else ""
    return f"{'-' if cents < 0 else ''}{grouped}{decimals}{NBSP}€"


def plural(count: int, one: str, many: str | None = None) -> str:
    """« 1 jour », « 2 jours »: in French the plural starts at two."""
    word = one if abs(count) < 2 else (many or f"{one}s")
    return f"{count}{NBSP}{word}"


def kilometres(km: float) -> str:
    """« environ 31 km par la route (estimation) », rounded: the figure is not measured."""
    if km < 1:
        return "moins d'un kilomètre (estimation)"
    return f"environ {round(km)}{NBSP}km par la route (estimation)"
