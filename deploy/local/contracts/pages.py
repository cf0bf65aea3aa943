"""The two pages people read: every event in detail, and who says what to whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from deploy.local.contracts.french import EVENTS, FIELDS, SPEAKERS, TYPES, typeset
from deploy.local.contracts.listening import (
    card_readers_of,
    card_speakers,
    declared,
    in_words,
    listeners_of,
    services,
    witnesses_of,
)
from deploy.local.contracts.schemas import Schema, inlined, schema_of
from shared.contracts.base import IntegrationEvent

_TEMPLATES: Final = Path(__file__).parent / "templates"
_ENVELOPE: Final = ("occurred_at", "origin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One line of the table of an event."""

    name: str
    type: str
    words: str
    optional: bool
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event as the pages show it."""

    subject: str
    class_name: str
    title: str
    sentence: str
    about: str
    fields: tuple[Field, ...]
    heard_by: tuple[tuple[str, str], ...]
    witnesses: tuple[str, ...]
    example: str


def told(event: type[IntegrationEvent], example: str) -> Told:
    """`event` in French, with its message given as an example (JSON text)."""
    schema = inlined(schema_of(event))
    return Told(
        subject=event.subject,
        class_name=event.__name__,
        title=EVENTS[event.subject].title,
        sentence=EVENTS[event.subject].sentence,
        about=FIELDS[event.aggregate_field],
        fields=tuple(_fields(schema)),
        heard_by=tuple(
            (listener.service, ", ".join(listener.reactions))
            for listener in listeners_of(event.subject)
        ),
        witnesses=tuple(witnesses_of(event)),
        example=example,
    )


def html_page(examples: dict[str, str]) -> str:
    """The page of every event, on its own: no address outside, no script."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    chapters = [
        (
            speaker,
            SPEAKERS[speaker],
            [
                told(event, examples[event.subject])
                for event in declared()
                if event.speaker() == speaker
            ],
        )
        for speaker in dict.fromkeys(event.speaker() for event in declared())
    ]
    template = environment.get_template("evenements.html")
    return typeset(template.render(chapters=chapters, total=len(declared())))


def who_says_what() -> str:
    """The table of who says and who hears each event, in Markdown."""
    lines = [
        "# Qui dit quoi, qui l’entend",
        "",
        "Page écrite par `./ancrage contracts` à partir des classes de `shared/contracts` et des",
        "lecteurs déclarés dans `services/*/main.py`. Ne la modifiez pas à la main.",
        "Le détail de chaque message est dans [la page des événements](index.html).",
        "",
    ]
    for speaker in dict.fromkeys(event.speaker() for event in declared()):
        lines += _chapter(speaker)
    lines += [*_cards(), *_witnesses()]
    return typeset("\n".join(lines) + "\n")


def _chapter(speaker: str) -> Iterator[str]:
    yield f"## `{speaker}`"
    yield ""
    yield f"Il parle de ce qu’il tient : {SPEAKERS[speaker]}."
    yield ""
    yield "| Il dit | Ce qui s’est passé | L’entendent, et ce qu’ils en font |"
    yield "| --- | --- | --- |"
    for event in declared():
        if event.speaker() == speaker:
            yield f"| `{event.subject}` | {EVENTS[event.subject].title} | {_heard_by(event)} |"
    yield ""


def _heard_by(event: type[IntegrationEvent]) -> str:
    listeners = listeners_of(event.subject)
    if len(listeners) > 1 and {one.service for one in listeners} == set(services()):
        common = set.intersection(*(set(one.reactions) for one in listeners))
        return f"tous les services ({', '.join(f'`{name}`' for name in sorted(common))})"
    return (
        "<br>".join(
            f"`{one.service}` ({', '.join(f'`{name}`' for name in one.reactions)})"
            for one in listeners
        )
        or "personne pour l’instant"
    )


def _cards() -> Iterator[str]:
    yield "## Les fiches de personnes"
    yield ""
    yield "Une fiche est un état, pas un événement : le dernier nom et les moyens de joindre une"
    yield "personne, tels qu’un service les connaît. Le bus n’en garde que la dernière version."
    yield ""
    yield "| Flux | Le suivent |"
    yield "| --- | --- |"
    for speaker in card_speakers():
        yield f"| `cards.{speaker}.>` | {in_words(card_readers_of(speaker))} |"
    yield ""


def _witnesses() -> Iterator[str]:
    yield "## Les enveloppes"
    yield ""
    found = list(dict.fromkeys(name for event in declared() for name in witnesses_of(event)))
    yield f"{in_words(found)} note aussi l’enveloppe de chaque message (identifiant, nature, date,"
    yield "cause), sans son contenu : c’est ce qui permet de dessiner la chaîne des causes."


def _fields(schema: Schema) -> Iterator[Field]:
    required = set(schema.get("required", ()))
    for name, described in schema["properties"].items():
        if name in _ENVELOPE:
            continue
        yield Field(
            name=name,
            type=_type(described),
            words=FIELDS[name],
            optional=name not in required,
            values=tuple(described.get("enum", ()))
            or tuple(filter(None, [described.get("const")])),
        )


def _values(described: dict[str, Any]) -> tuple[str, ...]:
    if "const" in described:
        return (described["const"],)
    return tuple(described.get("enum", ()))


def _type(described: dict[str, Any]) -> str:
    if "anyOf" in described:
        return _type(next(part for part in described["anyOf"] if part.get("type") != "null"))
    if described.get("type") == "array":
        return f"liste ({_type(described['items'])})"
    if "enum" in described or "const" in described:
        return "code"
    return TYPES[described.get("format", described["type"])]
