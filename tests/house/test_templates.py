"""Every template is shown by somebody."""

from pathlib import Path

import pytest

from tests.house.tree import python, strings, text_of, under

pytestmark = pytest.mark.house

TEMPLATES = [
    path
    for path in under("services", "shared", "deploy")
    if "templates" in path.parts and path.suffix in {".html", ".j2", ".txt"}
]


def name_of(template: Path) -> str:
    """What a template is called by those who show it: its path inside `templates`."""
    place = len(template.parts) - 1 - template.parts[::-1].index("templates")
    return "/".join(template.parts[place + 1 :])


def users(template: Path) -> set[str]:
    """Every text written by who may show it: its own folder of code, or shared, or templates."""
    owner = template.parts[:2]
    written: set[str] = set()
    for path in python():
        if path.parts[:2] == owner or owner == ("shared", "ui"):
            written |= strings(path)
    return written


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_a_template_is_used(template: Path) -> None:
    name = name_of(template)
    # A letter is named by the code of its kind, without the end of its file's name.
    names = {name, name.partition(".")[0]} if template.suffix == ".j2" else {name}
    if names & users(template):
        return
    quoted = [f'"{name}"', f"'{name}'"]
    others = (text_of(path) or "" for path in TEMPLATES if path != template)
    assert any(quote in text for text in others for quote in quoted), f"{name} n'est jamais montré"
