"""The pages for people tell the truth: links, decisions, glossary, commands."""

import re
from pathlib import Path

import pytest

from deploy.local.cli import VERBS
from tests.house.documents import Entry, glossary, links, pages
from tests.house.tree import ROOT, files, text_of, under

pytestmark = pytest.mark.house

DECISIONS = sorted(path for path in files() if path.parent == Path("docs/decisions"))
NUMBERED = re.compile(r"(\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.md")


@pytest.mark.parametrize("page", pages(), ids=str)
def test_every_link_inside_the_project_leads_somewhere(page: Path) -> None:
    lost = [
        target for target in links(page) if target and not (ROOT / page.parent / target).exists()
    ]
    assert lost == []


def test_decisions_are_numbered_without_hole() -> None:
    names = [path.name for path in DECISIONS if path.name != "README.md"]
    assert [name for name in names if not NUMBERED.fullmatch(name)] == []
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_parts(path: Path) -> None:
    text = text_of(path) or ""
    if path.name == "README.md":
        assert all(other.name in text for other in DECISIONS if other != path)
        return
    assert text.startswith(f"# {path.name[:4]} · ")
    for part in ("État\u00a0:", "## Contexte", "## Décision", "## Conséquences"):
        assert part in text


def test_a_word_of_the_glossary_is_written_once() -> None:
    words = [word.casefold() for entry in glossary() for word in entry.words]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("entry", glossary(), ids=lambda entry: entry.words[0])
def test_a_word_of_the_glossary_lives_where_it_says(entry: Entry) -> None:
    assert entry.names
    assert [place for place in entry.places if not (ROOT / place).exists()] == []
    places = [Path(place) for place in entry.places]
    texts = [
        f"{path.as_posix()} {text_of(path) or ''}"
        for path in files()
        if any(place == path or place in path.parents for place in places)
    ]
    lost = [
        name
        for name in entry.names
        if not any(re.search(rf"\b{re.escape(name)}\b", text) for text in texts)
    ]
    assert lost == []


def test_a_command_named_in_a_page_exists() -> None:
    asked = {
        verb
        for page in pages()
        for verb in re.findall(r"(?m)(?:^|`|\$ )\./ancrage ([a-z]+)", text_of(page) or "")
    }
    assert asked - set(VERBS) == set()


def test_every_verb_is_a_module_and_is_told_in_the_readme() -> None:
    readme = text_of(Path("README.md")) or ""
    modules = {path.stem for path in under("deploy") if path.parent.name == "commands"}
    for verb in VERBS:
        assert verb in modules
        assert f"./ancrage {verb}" in readme
