"""The JSON Schema of an event, as it is frozen beside its class."""

from collections.abc import Iterable
from typing import Any, Final

from shared.contracts.base import IntegrationEvent

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def schema_of(event: type[IntegrationEvent]) -> Schema:
    """What a message of this event may contain, as its speaker must write it.

    Two facts of the class that are not fields are part of the promise and stand beside them: the
    subject (`$id`) and the field that holds the aggregate's id.
    """
    return {
        "$schema": DIALECT,
        "$id": event.subject,
        "x-aggregate-field": event.aggregate_field,
        **event.model_json_schema(mode="validation"),
    }


def schemas_of(events: Iterable[type[IntegrationEvent]]) -> dict[str, Schema]:
    """The schema of each event, by subject."""
    return {event.subject: schema_of(event) for event in events}


def inlined(schema: Schema) -> Schema:
    """The same schema with its references replaced by what they name, for a larger document.

    An event never contains itself, so that this ends.
    """
    definitions = schema.get("$defs", {})

    def follow(node: Any) -> Any:
        if isinstance(node, list):
            return [follow(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            target = definitions[node["$ref"].removeprefix("#/$defs/")]
            rest = {key: value for key, value in node.items() if key != "$ref"}
            return {**follow(target), **follow(rest)}
        return {key: follow(value) for key, value in node.items() if key != "$defs"}

    result: Schema = follow(schema)
    return result
