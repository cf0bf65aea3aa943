"""Half-open periods of days: the day of departure is free for the next arrival."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shared.contracts.refusal import Invalid


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Nights from `start` (included) to `end` (excluded): `[start, end[`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Number of nights; 0 or less means empty."""
        return (self.end - self.start).days

    def intersection(self, other: "Period") -> "Period | None":
        """The days that both hold, or None."""
        common = Period(max(self.start, other.start), min(self.end, other.end))
        return common if common.days > 0 else None

    def minus(self, other: "Period") -> "tuple[Period, ...]":
        """What is left of this period once `other` is taken out: none, one or two pieces."""
        if self.intersection(other) is None:
            return (self,)
        pieces = (Period(self.start, other.start), Period(other.end, self.end))
        return tuple(piece for piece in pieces if piece.days > 0)


def longest_free(window: Period, taken: Iterable[Period]) -> Period | None:
    """The longest piece of `window` that no taken period touches; the earliest among equals."""
    pieces: tuple[Period, ...] = (window,) if window.days > 0 else ()
    for period in taken:
        pieces = tuple(left for piece in pieces for left in piece.minus(period))
    return max(pieces, key=lambda piece: (piece.days, -piece.start.toordinal()), default=None)


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of that month when it does not exist."""
    from calendar import monthrange

    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


EARLIEST_YEAR, LATEST_YEAR = 2000, 2100


def checked(start: date, end: date, *, end_field: str, start_field: str) -> Period:
    """A period with at least one night in plausible years; Invalid with the field otherwise."""
    for day, field in ((start, start_field), (end, end_field)):
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise Invalid("L'année de cette date n'est pas plausible.", field=field)
    if end <= start:
        raise Invalid("La date de fin doit être après la date de début.", field=end_field)
    return Period(start, end)
