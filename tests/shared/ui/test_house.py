"""House rules of pages, read from the sources: no inline style or script, colours that contrast."""

import re
from pathlib import Path

import pytest
from jinja2 import nodes

from shared.ui import Ui

ROOT = Path(__file__).parents[3]
STYLES = ROOT / "shared" / "ui" / "static" / "css"
TEMPLATES = sorted(
    [
        *(ROOT / "shared" / "ui" / "templates").rglob("*.html"),
        *(ROOT / "services").glob("*/web/templates/**/*.html"),
    ]
)
FORBIDDEN = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style", re.IGNORECASE),
    "an event attribute": re.compile(r"\son[a-z]+\s*=", re.IGNORECASE),
    "a script of code": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "an htmx expression": re.compile(r"hx-on|[\"']js:", re.IGNORECASE),
    "an address outside": re.compile(r"(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE),
    "escaping switched off": re.compile(r"\|\s*safe\b|autoescape\s+false"),
}
# A thin space or none before these is a typing habit that French typography does not have.
PUNCTUATION = re.compile(r"[a-zàâçéèêëîïôûùü»)] [;?!»](?:\s|<|$)|« [^\u00a0]| :(?:\s|<|$)")

pytestmark = pytest.mark.house


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_no_inline_style_or_script(template: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]
    assert found == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_compiles_and_imports_macros_that_exist(template: Path) -> None:
    own = next((path for path in template.parents if path.name == "templates"), None)
    env = Ui("house", own).env
    tree = env.parse(template.read_text(encoding="utf-8"))
    env.compile(tree)
    missing = []
    for node in tree.find_all(nodes.FromImport):
        assert isinstance(node.template, nodes.Const)
        source, _, _ = env.loader.get_source(env, node.template.value)  # type: ignore[union-attr]
        known = {macro.name for macro in env.parse(source).find_all(nodes.Macro)}
        names = [name if isinstance(name, str) else name[0] for name in node.names]
        missing += [name for name in names if name not in known]
    assert missing == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_post_form_carries_its_token(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.DOTALL):
        assert "csrf" in form or "/public/" in str(template), form[:120]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_french_punctuation_is_preceded_by_a_non_breaking_space(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "x", text, flags=re.DOTALL)
    words = re.sub(r"<[^>]*>", "\n", text)
    assert PUNCTUATION.findall(words) == []


def colours() -> dict[str, tuple[str, str]]:
    """Each colour of the look: light, dark."""
    tokens = (STYLES / "tokens.css").read_text(encoding="utf-8")
    found = re.findall(r"--a-([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", tokens)
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


BACKGROUNDS = ("page", "surface", "sunken")
TEXTS = [
    *((ink, ground) for ink in ("ink", "ink-soft", "brand-strong") for ground in BACKGROUNDS),
    *((ink, ground) for ink in ("brand", "danger", "accent") for ground in ("page", "surface")),
    *((kind, "surface") for kind in ("success", "info", "warning")),
    *((kind, f"{kind}-soft") for kind in ("success", "info", "warning", "danger")),
    *(("ink", f"{kind}-soft") for kind in ("success", "info", "warning", "danger")),
    *(("warning", "accent-soft"), ("on-brand", "brand"), ("on-brand", "brand-strong")),
    *(("brand-strong", "brand-soft"), ("brand", "brand-soft")),
]
SHAPES = [
    *(("field-line", ground) for ground in ("page", "surface")),
    *(("focus", ground) for ground in BACKGROUNDS),
    *(("brand", "track"), ("focus", "brand-soft")),
    *(
        (f"cue-{service}", ground)
        for service in ("prospection", "events", "logement", "notifications", "identity")
        for ground in ("page", "surface", "brand-soft")
    ),
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_text_contrasts_with_its_background(ink: str, ground: str, scheme: int) -> None:
    palette = colours()
    assert contrast(palette[ink][scheme], palette[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_contrast_with_their_background(shape: str, ground: str, scheme: int) -> None:
    palette = colours()
    assert contrast(palette[shape][scheme], palette[ground][scheme]) >= 3


def test_every_class_of_the_templates_of_the_shell_has_its_style() -> None:
    css = "".join(path.read_text(encoding="utf-8") for path in STYLES.glob("*.css"))
    for name in ("bandeau", "volet", "barre-bas", "lien-evitement", "resume-erreurs", "vide"):
        assert f".{name}" in css
