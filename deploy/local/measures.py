"""One line of a measure, and the state of the machine that gave it."""

import os
import platform
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import TypedDict

import psutil

_MEGABYTE = 1_000_000


class Row(TypedDict):
    """A figure; `against` is what it is compared to, `bar` what it, or the ratio, must keep to."""

    name: str
    value: float
    unit: str
    against: float | None
    ratio: float | None
    bar: float | None
    ok: bool


def told(name: str, value: float, unit: str) -> Row:
    """A figure that has no bar: it explains the others."""
    return _row(name, value, unit, against=None, bar=None, ok=True)


def at_most(name: str, values: Sequence[float], unit: str, *, bar: float) -> Row:
    """The median of `values`, which keeps to `bar` when it is not above."""
    value = median(values)
    return _row(name, value, unit, against=None, bar=bar, ok=value <= bar)


def share_of(
    name: str, values: Sequence[float], unit: str, *, against: Sequence[float], bar: float
) -> Row:
    """The median of `values` ÷ the median of `against`, which must reach `bar`."""
    value, limit = median(values), median(against)
    return _row(name, value, unit, against=limit, bar=bar, ok=value / limit >= bar)


def _row(
    name: str, value: float, unit: str, *, against: float | None, bar: float | None, ok: bool
) -> Row:
    return Row(
        name=name,
        value=round(value, 3),
        unit=unit,
        against=None if against is None else round(against, 3),
        ratio=None if against is None else round(value / against, 5),
        bar=bar,
        ok=ok,
    )


def memory_of_tree(pid: int) -> dict[str, float]:
    """The proportional memory (PSS, in MB) of a process and all it started, by program.

    Where the system does not share it out (it is Linux that does), what is not shared (USS).
    """
    found: dict[str, float] = {}
    first = psutil.Process(pid)
    for process in (first, *first.children(recursive=True)):
        try:
            memory, name = process.memory_full_info(), process.name()
        except psutil.NoSuchProcess:
            continue
        mine = getattr(memory, "pss", None) or memory.uss
        found[name] = found.get(name, 0.0) + mine / _MEGABYTE
    return found


def work_of_tree(pid: int) -> float:
    """The seconds of processor that a process and all it started have used."""
    first = psutil.Process(pid)
    times = [process.cpu_times() for process in (first, *first.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def open_folder() -> Path:
    """Make a temporary folder that the account of the databases can reach (we may be root)."""
    folder = Path(tempfile.mkdtemp(prefix="ancrage-mesure-"))
    folder.chmod(0o711)
    return folder


def resident_megabytes() -> float:
    """The resident memory of this process, in MB."""
    return float(psutil.Process().memory_info().rss) / _MEGABYTE


def machine(now: datetime) -> str:
    """When and on what a measure is made, in one French sentence."""
    load = (
        f"{os.getloadavg()[0]:.1f}".replace(".", ",") if hasattr(os, "getloadavg") else "inconnue"
    )
    return (
        f"Mesuré le {now:%d/%m/%Y} à {now:%H} h {now:%M}, {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} cœurs, Python {platform.python_version()}, "
        f"charge de la machine avant la mesure : {load}."
    )
