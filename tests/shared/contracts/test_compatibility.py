"""The guard of declared events goes red on what would break a reader, and only on that."""

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel

from deploy.local.contracts.compatibility import broken_promises
from deploy.local.contracts.schemas import schemas_of
from shared.contracts.base import Instant, IntegrationEvent

pytestmark = pytest.mark.house


class Size(StrEnum):
    """A code."""

    SMALL = "small"
    LARGE = "large"


class Hull(BaseModel):
    """A part with fields of its own."""

    length: int


class Sailed(IntegrationEvent):
    """A boat left."""

    subject: ClassVar[str] = "harbour.boat.sailed.v1"
    aggregate_field: ClassVar[str] = "boat_id"

    boat_id: UUID
    at: Instant
    size: Size
    wind: Literal["east", "west"]
    crew: int = 2
    back_on: date | None = None
    hull: Hull
    stops: tuple[str, ...]


def changed(**annotations: Any) -> type[IntegrationEvent]:
    """`Sailed` with fields replaced, added, or removed (None)."""
    fields = {name: part.annotation for name, part in Sailed.model_fields.items()}
    del fields["occurred_at"], fields["origin"]
    defaults: dict[str, Any] = {"crew": 2, "back_on": None}
    for name, given in annotations.items():
        kind, *default = given if isinstance(given, tuple) else (given,)
        fields[name] = kind
        defaults.pop(name, None)
        if default:
            defaults[name] = default[0]
    kept = {name: kind for name, kind in fields.items() if kind is not None}
    body = {
        "__module__": __name__,
        "__doc__": "A boat left.",
        "__annotations__": {
            "subject": ClassVar[str],
            "aggregate_field": ClassVar[str],
            **kept,
        },
        "subject": Sailed.subject,
        "aggregate_field": "boat_id",
        **defaults,
    }
    return type("Sailed", (IntegrationEvent,), body)


def sentences(after: type[IntegrationEvent]) -> list[str]:
    """What the guard says of this new form of `Sailed`."""
    return broken_promises(schemas_of([Sailed]), schemas_of([after]))


def test_the_same_event_breaks_nothing() -> None:
    assert sentences(changed()) == []


def test_an_added_optional_field_is_welcome() -> None:
    assert sentences(changed(flag=(str | None, None))) == []
    assert sentences(changed(flag=(str, "fr"))) == []


def test_an_added_optional_field_inside_a_part_is_welcome() -> None:
    class Hull(BaseModel):
        """The part, with one more field."""

        length: int
        width: int | None = None

    assert sentences(changed(hull=Hull)) == []


def test_new_words_of_explanation_are_welcome() -> None:
    after = schemas_of([Sailed])
    after[Sailed.subject]["description"] = "A boat left the harbour."
    assert broken_promises(schemas_of([Sailed]), after) == []


def test_an_event_more_breaks_nothing() -> None:
    assert broken_promises({}, schemas_of([Sailed])) == []


def test_a_field_called_title_is_a_field_and_not_a_remark() -> None:
    before = schemas_of([changed(title=str)])
    assert broken_promises(before, schemas_of([changed(title=int)])) != []
    assert broken_promises(before, schemas_of([changed()])) != []


@pytest.mark.parametrize(
    ("what", "after", "words"),
    [
        ("a removed field", changed(crew=None), "champ retiré : « crew »"),
        ("a new required field", changed(flag=str), "nouveau champ obligatoire : « flag »"),
        ("another type", changed(at=date), "format"),
        ("a number become text", changed(crew=(str, "2")), "type"),
        ("a value of an enumeration removed", changed(size=Literal["small"]), "large"),
        ("a value of a choice removed", changed(wind=Literal["east"]), "west"),
        (
            "a value of a choice added: old readers refuse it",
            changed(wind=Literal["east", "west", "north"]),
            "valeur ajoutée (north)",
        ),
        ("an optional field become required", changed(crew=int), "obligatoire"),
        ("a required field become optional", changed(wind=(str, "east")), "facultatif"),
        ("another default", changed(crew=(int, 3)), "default"),
        ("nothing no longer allowed", changed(back_on=(date, date(2027, 1, 1))), "back_on"),
        ("nothing newly allowed", changed(size=Size | None), "size"),
        ("other elements of a list", changed(stops=tuple[int, ...]), "stops[]"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_it_goes_red_on(what: str, after: type[IntegrationEvent], words: str) -> None:
    assert any(words in sentence for sentence in sentences(after)), sentences(after)


def test_it_goes_red_on_a_part_that_changed() -> None:
    class Hull(BaseModel):
        """The part, with its field renamed."""

        metres: int

    said = sentences(changed(hull=Hull))
    assert any("champ retiré : « hull.length »" in sentence for sentence in said)
    assert any("nouveau champ obligatoire : « hull.metres »" in sentence for sentence in said)


def test_it_goes_red_on_a_renamed_subject() -> None:
    class Sailed2(Sailed):
        subject: ClassVar[str] = "harbour.boat.departed.v1"

    assert sentences(Sailed2) == ["harbour.boat.sailed.v1 : le sujet a disparu (retiré ou renommé)"]


def test_it_goes_red_on_another_key_of_order() -> None:
    class Sailed2(changed(harbour_id=(UUID | None, None))):  # type: ignore[misc]
        aggregate_field: ClassVar[str] = "harbour_id"

    assert any("x-aggregate-field" in sentence for sentence in sentences(Sailed2))
