"""Both ends agree on an example: what a speaker writes is what every listener reads."""

import json

import pytest
from pydantic import ValidationError

from deploy.local.contracts.files import EXAMPLES
from deploy.local.contracts.listening import declared
from deploy.local.state import ROOT
from shared.contracts.base import IntegrationEvent

pytestmark = pytest.mark.house

EVENT_CLASSES = [pytest.param(event, id=event.subject) for event in declared()]


def example(event: type[IntegrationEvent]) -> bytes:
    """The message of the repository."""
    return (ROOT / EXAMPLES / f"{event.subject}.json").read_bytes()


@pytest.mark.parametrize("event", EVENT_CLASSES)
def test_an_example_is_what_its_speaker_may_write(event: type[IntegrationEvent]) -> None:
    written = event.model_validate_json(example(event))
    said = json.loads(written.model_dump_json())
    assert said | json.loads(example(event)) == said


@pytest.mark.parametrize("event", EVENT_CLASSES)
def test_a_reader_ignores_a_field_it_does_not_know(event: type[IntegrationEvent]) -> None:
    later = json.loads(example(event)) | {"added_later": {"unknown": ["to", "us"]}}
    assert event.read(json.dumps(later).encode()) == event.read(example(event))


@pytest.mark.parametrize("event", EVENT_CLASSES)
def test_a_speaker_cannot_write_a_field_that_is_not_declared(
    event: type[IntegrationEvent],
) -> None:
    with pytest.raises(ValidationError, match="added_later"):
        event.model_validate(json.loads(example(event)) | {"added_later": 1})


@pytest.mark.parametrize("event", EVENT_CLASSES)
def test_a_reader_refuses_a_message_without_what_was_promised(
    event: type[IntegrationEvent],
) -> None:
    for name, field in event.model_fields.items():
        if field.is_required():
            cut = json.loads(example(event))
            del cut[name]
            with pytest.raises(ValidationError, match=name):
                event.read(json.dumps(cut).encode())
