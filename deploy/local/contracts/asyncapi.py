"""The AsyncAPI 3 description of the bus, from the declared events and the services."""

from typing import Any, Final

from deploy.local.contracts.french import EVENTS
from deploy.local.contracts.listening import (
    card_readers_of,
    card_speakers,
    declared,
    listeners_of,
    witnesses_of,
)
from deploy.local.contracts.schemas import inlined, schema_of
from shared.contracts.base import IntegrationEvent

VERSION: Final = "3.0.0"

_HEADERS: Final = {
    "ce-specversion": ("1.0", "version de CloudEvents"),
    "ce-id": ("uuid", "identifiant du message"),
    "ce-type": (None, "le sujet"),
    "ce-source": ("uri-reference", "le service qui parle"),
    "ce-subject": ("uuid", "identifiant de la chose dont on parle"),
    "ce-time": ("date-time", "moment de l’enregistrement"),
    "ce-origin": (None, "live ou reprise"),
    "ce-aggregateversion": (None, "rang de ce message parmi ceux de la même chose"),
    "ce-correlationid": ("uuid", "le premier geste de la chaîne"),
    "ce-causationid": ("uuid", "ce qui a causé ce message"),
    "ce-action": (None, "le geste, en un mot"),
    "traceparent": (None, "contexte de trace (W3C), si une trace est en cours"),
}
_OPTIONAL_HEADERS: Final = frozenset({"ce-origin", "ce-action", "traceparent"})


def document() -> dict[str, Any]:
    """The whole document; its references are local."""
    events = declared()
    return {
        "asyncapi": VERSION,
        "info": {
            "title": "Ancrage : ce que les services se disent",
            "version": "1.0.0",
            "description": (
                "Événements d’intégration sur NATS JetStream, au format CloudEvents 1.0 (mode "
                "binaire : attributs en en-têtes, données en JSON). Des identifiants et des faits "
                "publics seulement. Chaque service lit avec tolérance : il ignore un champ inconnu."
            ),
        },
        "defaultContentType": "application/json",
        "channels": {
            **{event.subject: _channel(event) for event in events},
            **{f"cards.{speaker}": _card_channel(speaker) for speaker in card_speakers()},
        },
        "operations": _operations(events),
        "components": {
            "messages": {
                **{event.subject: _message(event) for event in events},
                "card": _card(),
            },
            "schemas": {
                "enveloppe": _envelope(),
                **{event.subject: _payload(event) for event in events},
            },
        },
    }


def _channel(event: type[IntegrationEvent]) -> dict[str, Any]:
    return {
        "address": event.subject,
        "title": EVENTS[event.subject].title,
        "messages": {"message": _ref("components", "messages", event.subject)},
        "x-stream": event.speaker().upper(),
    }


def _message(event: type[IntegrationEvent]) -> dict[str, Any]:
    words = EVENTS[event.subject]
    return {
        "name": event.__name__,
        "title": words.title,
        "summary": words.sentence,
        "headers": _ref("components", "schemas", "enveloppe"),
        "payload": _ref("components", "schemas", event.subject),
    }


def _payload(event: type[IntegrationEvent]) -> dict[str, Any]:
    schema = inlined(schema_of(event))
    return {key: value for key, value in schema.items() if key not in ("$schema", "$id")}


def _envelope() -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for name, (form, words) in _HEADERS.items():
        properties[name] = {"type": "string", "description": words}
        if form == "1.0":
            properties[name]["const"] = form
        elif form:
            properties[name]["format"] = form
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in _HEADERS if name not in _OPTIONAL_HEADERS],
    }


def _card_channel(speaker: str) -> dict[str, Any]:
    return {
        "address": f"cards.{speaker}.{{person_id}}",
        "title": f"Fiches de personnes de {speaker}",
        "description": (
            "Un état, pas un événement : le flux ne garde que la dernière fiche de chaque "
            "personne, et l’ancienne est effacée du disque."
        ),
        "parameters": {"person_id": {"description": "identifiant opaque de la personne"}},
        "messages": {"message": _ref("components", "messages", "card")},
        "x-stream": f"CARDS_{speaker.upper()}",
    }


def _card() -> dict[str, Any]:
    maybe = {"type": ["string", "null"]}
    properties = {
        "version": {"type": "integer"},
        "last_name": {"type": "string"},
        "first_name": {"type": "string"},
        "email": maybe,
        "phone": maybe,
        "language": {"type": "string"},
    }
    return {
        "name": "Card",
        "title": "Fiche d’une personne",
        "summary": "Comment nommer et joindre une personne, tel que ce service le sait.",
        "payload": {"type": "object", "properties": properties, "required": list(properties)},
    }


def _operations(events: tuple[type[IntegrationEvent], ...]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for event in events:
        said[f"{event.speaker()}.dit.{event.subject}"] = _operation("send", event.subject)
        hearing = {listener.service for listener in listeners_of(event.subject)}
        for service in sorted(hearing | set(witnesses_of(event))):
            said[f"{service}.entend.{event.subject}"] = _operation("receive", event.subject)
    for speaker in card_speakers():
        channel = f"cards.{speaker}"
        said[f"{speaker}.dit.{channel}"] = _operation("send", channel)
        for service in card_readers_of(speaker):
            said[f"{service}.entend.{channel}"] = _operation("receive", channel)
    return said


def _operation(action: str, channel: str) -> dict[str, Any]:
    return {"action": action, "channel": _ref("channels", channel)}


def _ref(*path: str) -> dict[str, str]:
    return {"$ref": "#/" + "/".join(path)}
