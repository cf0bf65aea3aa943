"""From a kind of letter and its facts to the words of the letter, once for text and for HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"
_PREVIEW = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who writes: the name at the top and at the bottom, and the line under the letter."""

    signature: str
    footer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The words of a letter; text and HTML are two presentations of these same words."""

    subject: str
    greeting: str
    body: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    action: str
    action_url: str
    after: tuple[str, ...]
    signature: str
    footer: str

    @property
    def preview(self) -> str:
        """What a mail client shows beside the subject."""
        return " ".join(self.body)[:_PREVIEW]


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A letter ready to be put in an envelope."""

    subject: str
    text: str
    html: str


def render(template: str, facts: Mapping[str, object], identity: Identity) -> Letter:
    """The letter `template` with `facts`; an unknown or missing variable is an error.

    `facts` holds `first_name` and `action_url` (may be empty), and what the template names.
    """
    words = _words(template, facts, identity)
    pages, env = _environment(autoescape=True), _environment(autoescape=False)
    return Letter(
        subject=words.subject,
        text=env.get_template("_layout.txt.j2").render(letter=words).strip() + "\n",
        html=pages.get_template("_layout.html.j2").render(letter=words).strip() + "\n",
    )


def _words(template: str, facts: Mapping[str, object], identity: Identity) -> Words:
    source = _environment(autoescape=False).get_template(f"{template}.j2")
    context = source.new_context(dict(facts))
    # The macros imported at the top of the letter are bound by its root, run for that alone.
    list(source.root_render_func(context))
    block = {name: "".join(run(context)) for name, run in source.blocks.items()}
    first_name = str(facts["first_name"] or "").strip()
    return Words(
        subject=_one_line(block["subject"]),
        greeting=f"Bonjour {first_name}," if first_name else "Bonjour,",
        body=_paragraphs(block["body"]),
        facts=_pairs(block["facts"]),
        action=_one_line(block["action"]),
        action_url=str(facts["action_url"]),
        after=_paragraphs(block["after"]),
        signature=identity.signature,
        footer=identity.footer,
    )


def _one_line(text: str) -> str:
    return " ".join(text.replace("\u00a0", "\ue000").split()).replace("\ue000", "\u00a0")


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(_one_line(part) for part in text.split("\n\n") if part.strip())


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    lines = (line.partition("|") for line in text.splitlines() if line.strip())
    return tuple((label.strip(), value.strip()) for label, _, value in lines)


@cache
def _environment(*, autoescape: bool) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from shared.ui.filters import FILTERS

    env = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=autoescape,  # noqa: S701 - off for plain text and for words escaped later
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters.update(FILTERS)
    return env
