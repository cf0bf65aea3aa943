"""A clock that only moves when it is told to."""

from datetime import UTC, datetime, timedelta


class FrozenClock:
    """Called like the real clock; `advance` moves it."""

    def __init__(self) -> None:
        self.moment = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the moment it stands at."""
        return self.moment

    def advance(self, **span: float) -> None:
        """Move forward by a span such as `minutes=2`."""
        self.moment += timedelta(**span)
