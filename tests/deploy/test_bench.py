"""The verb `bench`: its rows, the page it writes, and two measures at a small size."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.local.commands.bench import table
from deploy.local.crowd import ENCODING, contact_file, people
from deploy.local.measures import Row, at_most, share_of, told
from deploy.local.measures_page import write_section
from deploy.local.state import ROOT


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the verb in a process of its own, as the launcher does."""
    command = [sys.executable, "-m", "deploy.local.cli", "bench", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def rows_of(done: subprocess.CompletedProcess[str], path: Path) -> dict[str, Any]:
    """The rows that were written; a missed bar on a small size is no failure."""
    assert done.returncode in {0, 1}, done.stderr
    rows = json.loads(path.read_text())
    assert all(set(row) == set(Row.__annotations__) for row in rows)
    return {row["name"]: row for row in rows}


@pytest.mark.platform
def test_bench_start_says_how_long_and_how_heavy(tmp_path: Path) -> None:
    path = tmp_path / "start.json"
    rows = rows_of(bench("start", "--scale", "0.01", "--json", str(path)), path)

    assert {"second_start_seconds", "idle_pss_mb", "first_start_seconds"} <= set(rows)
    assert (rows["second_start_seconds"]["bar"], rows["idle_pss_mb"]["bar"]) == (5, 350)
    assert all(row["value"] > 0 for row in rows.values())


@pytest.mark.postgres
def test_bench_import_compares_with_a_copy_of_the_same_persons(tmp_path: Path) -> None:
    path = tmp_path / "import.json"
    rows = rows_of(bench("import", "--scale", "0.01", "--json", str(path)), path)

    whole = rows["import_rows_per_second"]
    assert whole["against"] > whole["value"] > 0
    assert whole["ratio"] == pytest.approx(whole["value"] / whole["against"], rel=0.01)
    assert whole["bar"] == 0.02
    assert rows["journal_rows_written"]["value"] > rows["persons_written"]["value"] > 400


@pytest.mark.parametrize(
    "words",
    [
        ("start", "--scale", "0"),
        ("start", "--scale", "0.5", "--write-docs"),
        ("rien",),
    ],
)
def test_bench_refuses_what_it_cannot_measure(words: tuple[str, ...]) -> None:
    done = bench(*words)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_row_says_whether_its_bar_is_kept() -> None:
    assert at_most("m", [1.0, 9.0, 2.0], "s", bar=2.0)["ok"]
    assert not at_most("m", [1.0, 9.0, 3.0], "s", bar=2.0)["ok"]
    assert share_of("r", [2.0], "l/s", against=[100.0], bar=0.02)["ok"]
    assert not share_of("r", [1.0], "l/s", against=[100.0], bar=0.02)["ok"]
    assert told("x", 1.0, "s")["bar"] is None


def test_a_section_of_the_page_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "mesures.md"
    write_section(page, "start", "Démarrage.", "Ici.", [told("premier", 4.5, "s")])
    write_section(page, "import", "Import.", "Ici.", [told("second", 12_345.0, "s")])
    write_section(page, "start", "Démarrage.", "Là.", [told("troisième", 6.0, "s")])
    text = page.read_text(encoding="utf-8")

    assert text.count("# Mesures\n") == 1
    assert "premier" not in text
    assert text.index("troisième") < text.index("12\u202f345")


def test_the_table_shows_figures_as_french_people_read_them() -> None:
    shown = table([told("mesure", 0.5, "s")])

    assert "0,5" in shown
    assert "oui" in shown


def test_the_invented_list_is_the_same_each_time_and_as_long_as_asked() -> None:
    crowd = people(200)
    content = contact_file(crowd[:10], crowd[10:], 200)

    assert content == contact_file(crowd[:10], crowd[10:], 200)
    assert len(content.decode(ENCODING).splitlines()) == 201
    assert len({one.email for one in crowd}) == 200
