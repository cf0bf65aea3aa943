"""What no committed file may contain, and the shape of text files."""

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files, text_of

pytestmark = pytest.mark.house

# Cut in two, so that this file names none of them.
REGISTRIES = tuple(
    "".join(parts)
    for parts in (
        ("py", "pi.org"),
        ("py", "thonhosted.org"),
        ("np", "mjs.org"),
        ("np", "mjs.com"),
        ("yarn", "pkg.com"),
        ("js", "r.io"),
        ("un", "pkg.com"),
        ("jsde", "livr.net"),
        ("crat", "es.io"),
        ("ruby", "gems.org"),
        ("anac", "onda.org"),
        ("proxy.go", "lang.org"),
        ("repo.mav", "en.apache.org"),
    )
)
MACHINE_PATHS = {
    "a personal folder": re.compile(r"/(?:home|Users)/[a-z][\w.-]*/"),
    "the folder of root": re.compile(r"(?<![\w.])/" + r"root/"),
    "a Windows folder": re.compile(r"[A-Za-z]:\\+Users\\"),
    "a working folder": re.compile(r"(?<![\w./}])/" + r"work/"),
}
READING_FOLDER = re.compile(r"\.\./" + "shared(?:/(?:design|reference|data|hooks)|`)")
BIGGEST = 1_000_000
# Open data is kept byte for byte as it was published.
AS_PUBLISHED = Path("shared/territory/data")

TEXTS = [path for path in files() if text_of(path) is not None]


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """Where a pattern is found, as `file:line`."""
    return [
        f"{path}:{number}"
        for path in TEXTS
        if pattern.search(text_of(path) or "")
        for number, line in enumerate((text_of(path) or "").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_the_host_of_a_package_registry() -> None:
    hosts = re.compile("|".join(map(re.escape, REGISTRIES)), re.IGNORECASE)
    assert lines_with(hosts) == []


@pytest.mark.parametrize("what", MACHINE_PATHS)
def test_no_file_names_a_path_of_somebody_s_machine(what: str) -> None:
    assert lines_with(MACHINE_PATHS[what]) == []


def test_no_file_sends_the_reader_outside_the_project() -> None:
    assert lines_with(READING_FOLDER) == []


def test_no_file_is_too_big_to_be_read() -> None:
    assert [str(path) for path in files() if (ROOT / path).stat().st_size > BIGGEST] == []


def test_text_files_end_with_one_newline_and_have_unix_lines() -> None:
    wrong = []
    for path in TEXTS:
        content = (ROOT / path).read_bytes()
        if AS_PUBLISHED in path.parents or path.suffix == ".svg" or not content:
            continue
        if b"\r" in content or not content.endswith(b"\n") or content.endswith(b"\n\n"):
            wrong.append(str(path))
    assert wrong == []


def test_no_file_holds_the_marks_of_an_unfinished_merge() -> None:
    assert lines_with(re.compile(r"^(?:<{7}|>{7}) ")) == []


def test_no_private_key_is_committed() -> None:
    assert lines_with(re.compile("-----BEGIN [A-Z ]*PRIVATE" + " KEY-----")) == []
