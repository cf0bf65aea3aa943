"""A figure, its bar, and the arithmetic of samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table. A ratio has the rate it is divided by; `most` bars are not passed."""

    name: str
    value: float
    unit: str
    against: str | None = None
    ratio: float | None = None
    bar: float
    at_most: bool = False

    def row(self) -> dict[str, Any]:
        """The line as every bench writes it."""
        judged = self.value if self.ratio is None else self.ratio
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "against": self.against,
            "ratio": self.ratio,
            "bar": self.bar,
            "ok": judged <= self.bar if self.at_most else judged >= self.bar,
        }


def ratio(
    name: str, unit: str, samples: Sequence[tuple[float, float]], what: str, bar: float
) -> Figure:
    """The median of ratios, each of a pair measured one right after the other."""
    below = median(under for _, under in samples)
    return Figure(
        name=name,
        value=median(over for over, _ in samples),
        unit=unit,
        against=f"{what} ({below:.0f} {unit})",
        ratio=median(over / under for over, under in samples),
        bar=bar,
    )


def percentile(samples: Sequence[float], share: float) -> float:
    """The sample below which `share` of them are."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
