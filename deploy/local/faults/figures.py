"""Small figures: percentiles, sums of counts."""

from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies; 0 without any."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def milliseconds(seconds: float) -> float:
    """Seconds as milliseconds, to the tenth."""
    return round(seconds * 1000, 1)
