"""The files of the project, and what is read in them."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]


@cache
def files() -> tuple[Path, ...]:
    """Every file that is committed or about to be (ignored ones apart), from the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        check=True,
        cwd=ROOT,
        capture_output=True,
    ).stdout.decode()
    names = sorted({Path(name) for name in listed.split("\0") if name})
    return tuple(name for name in names if (ROOT / name).is_file())


@cache
def text_of(path: Path) -> str | None:
    """The text of a file, as it is on disk; None for what is not text."""
    content = (ROOT / path).read_bytes()
    if b"\0" in content[:8192]:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def under(*folders: str, suffix: str = "") -> list[Path]:
    """The files of these folders whose name ends so."""
    return [
        path
        for path in files()
        if path.parts[0] in folders and len(path.parts) > 1 and path.name.endswith(suffix)
    ]


def python() -> list[Path]:
    """Every Python file, the launcher included."""
    return [path for path in files() if path.suffix == ".py" or path == Path("ancrage")]


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(text_of(path) or "", filename=str(path))


@dataclass(frozen=True, slots=True)
class Function:
    """One function or method: where, and how long."""

    path: Path
    name: str
    lines: int

    def __str__(self) -> str:
        return f"{self.path} : {self.name} ({self.lines} lignes)"


def functions(path: Path) -> Iterator[Function]:
    """The functions of a file, inner ones and methods too; decorators do not count."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Function(path, node.name, (node.end_lineno or node.lineno) - node.lineno + 1)


@cache
def strings(path: Path) -> set[str]:
    """Every text written in a Python file."""
    return {
        node.value
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
