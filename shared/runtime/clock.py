"""The only place that reads the clock; below the edges, time comes in as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)
