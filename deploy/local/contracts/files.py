"""The files made from the declared events, and the writing of them."""

import json
from pathlib import Path
from typing import Any, Final

from deploy.local.contracts.asyncapi import document
from deploy.local.contracts.compatibility import broken_promises
from deploy.local.contracts.examples import example_of
from deploy.local.contracts.listening import declared
from deploy.local.contracts.pages import html_page, who_says_what
from deploy.local.contracts.schemas import Schema, schemas_of
from deploy.local.state import ROOT

CONTRACTS: Final = Path("shared/contracts")
EXAMPLES: Final = Path("tests/shared/contracts/examples")
PAGES: Final = Path("docs/evenements")


class BrokenPromises(Exception):
    """The classes changed in a way that readers, or messages already said, would not survive."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = sentences
        super().__init__("\n".join(sentences))


def frozen(root: Path = ROOT) -> dict[str, Schema]:
    """The schemas as they were frozen, by subject."""
    return {
        path.name.removesuffix(".json"): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((root / CONTRACTS).glob("*/frozen/*.json"))
    }


def expected(root: Path = ROOT) -> dict[Path, str]:
    """What each file should contain today (paths from the root of the project).

    An example already there is kept as it is: an older message must stay readable.
    """
    events = declared()
    examples = {event.subject: _example(root, event.subject) for event in events}
    texts = {
        **{
            CONTRACTS / subject.split(".")[0] / "frozen" / f"{subject}.json": _json(schema)
            for subject, schema in schemas_of(events).items()
        },
        **{EXAMPLES / f"{subject}.json": text for subject, text in examples.items()},
        PAGES / "asyncapi.json": _json(document()),
        PAGES / "index.html": html_page(examples),
        PAGES / "qui-dit-quoi.md": who_says_what(),
    }
    return dict(sorted(texts.items()))


def behind(root: Path = ROOT) -> list[Path]:
    """The files that are missing or no longer say the truth."""
    return [path for path, text in expected(root).items() if _read(root / path) != text]


def write(root: Path = ROOT) -> list[Path]:
    """Bring the files up to date; return those that changed.

    Raises BrokenPromises, and writes nothing, when a frozen schema would change otherwise than by
    an added optional field.
    """
    sentences = broken_promises(frozen(root), schemas_of(declared()))
    if sentences:
        raise BrokenPromises(sentences)
    changed = behind(root)
    texts = expected(root)
    for path in changed:
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(texts[path], encoding="utf-8", newline="\n")
    return changed


def _example(root: Path, subject: str) -> str:
    kept = _read(root / EXAMPLES / f"{subject}.json")
    if kept is not None:
        return kept
    event = next(event for event in declared() if event.subject == subject)
    return _json(example_of(event).model_dump(mode="json"))


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
