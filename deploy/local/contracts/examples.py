"""One message of each event, the same at every run; invented, and frozen once written."""

from datetime import UTC, date, datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin
from uuid import UUID, uuid5

from pydantic import AwareDatetime

from shared.contracts.base import IntegrationEvent

_NAMESPACE: Final = UUID("6f1d2c80-41f2-4c0a-9a3e-5f0d41000041")
_MOMENT: Final = datetime(2027, 5, 20, 17, 0, tzinfo=UTC)
_DAY: Final = date(2027, 5, 20)
_WORDS: Final = {
    "kind": "soiree_accueil",
    "title": "Soirée d’accueil des internes",
    "place": "Salle des fêtes",
    "commune": "41269",
    "placement_commune": "41269",
    "profile": "interne",
    "role": "interne",
    "by": "person",
    "template": "registration-confirmed",
    "dwelling_title": "Studio près de l’hôpital",
    "roles": "evenements",
}


def example_of(event: type[IntegrationEvent]) -> IntegrationEvent:
    """A valid message of `event`; raises KeyError for a text field that `_WORDS` does not know."""
    fields = event.model_fields
    return event.model_validate(
        {name: _value(name, field.annotation) for name, field in fields.items()}
    )


def _value(name: str, kind: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _value(name, next(part for part in get_args(kind) if part is not NoneType))
    if origin is Literal:
        return get_args(kind)[0]
    if origin in (tuple, list):
        return (_value(name, get_args(kind)[0]),)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    return _simple(name, kind)


def _simple(name: str, kind: Any) -> Any:
    if kind is UUID:
        return uuid5(_NAMESPACE, name)
    if kind is bool:
        return True
    if kind is int:
        return 60 if name == "capacity" else 1
    if kind is date:
        return _DAY + timedelta(days=90) if name == "ends_on" else _DAY
    if kind in (datetime, AwareDatetime):
        return _MOMENT + timedelta(hours=4) if name == "ends_at" else _MOMENT
    return _WORDS[name]
