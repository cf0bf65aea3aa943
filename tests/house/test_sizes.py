"""Short files, short functions, and no folder of Python without its sentence."""

import ast

import pytest

from tests.house.tree import ROOT, functions, parsed, python, text_of, under

pytestmark = pytest.mark.house

LONGEST_FILE = 300
LONG_FUNCTION = 40
SHORT_SHARE = 0.9
# Alembic reads these files by their path; they are never imported.
VERSIONS = ("migrations", "versions")


def test_ninety_percent_of_functions_fit_in_forty_lines() -> None:
    found = [
        function
        for path in under("services", "shared", "deploy", suffix=".py")
        for function in functions(path)
    ]
    long = sorted(
        (function for function in found if function.lines > LONG_FUNCTION),
        key=lambda function: -function.lines,
    )
    share = 1 - len(long) / len(found)
    assert share >= SHORT_SHARE, "\n".join(map(str, long))


def test_no_python_file_is_longer_than_three_hundred_lines() -> None:
    # The launcher has no suffix and is one file on purpose: it runs before anything is there.
    counts = {
        path: len((text_of(path) or "").splitlines()) for path in python() if path.suffix == ".py"
    }
    long = {str(path): count for path, count in counts.items() if count > LONGEST_FILE}
    assert long == {}


def test_every_folder_of_python_is_a_package() -> None:
    """Without `__init__.py` a folder is invisible to the checks of imports."""
    folders = {
        parent
        for path in python()
        if path.suffix == ".py"
        for parent in path.parents
        if parent.parts and parent.parts[-2:] != VERSIONS
    }
    bare = sorted(folder for folder in folders if not (ROOT / folder / "__init__.py").exists())
    assert list(map(str, bare)) == []


def test_every_module_opens_with_a_sentence() -> None:
    silent = [
        str(path)
        for path in python()
        if not (ast.get_docstring(parsed(path)) or "").strip().endswith((".", "»", "?", "!"))
    ]
    assert silent == []


def test_no_module_bears_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "misc", "core", "manager", "tools"}
    assert [str(path) for path in python() if path.stem in empty] == []
    assert [str(path) for path in python() if set(path.parts[:-1]) & empty] == []


def test_nothing_is_left_to_do_without_saying_so() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X:")
    left = [
        f"{path}:{number}"
        for path in under("services", "shared", "deploy", "tests")
        if path.suffix in {".py", ".html", ".css", ".js", ".j2"}
        for number, line in enumerate((text_of(path) or "").splitlines(), 1)
        if any(mark in line for mark in marks)
    ]
    assert left == []
