"""What staff may see of a dead letter: its cause in words, its content without its values."""

import json
import re
import typing
from datetime import date
from enum import Enum
from uuid import UUID

from pydantic import BaseModel

MASK = "•••"

_CAUSES = {
    "blocked": "Attend le message précédent de la même fiche : il sera rejoué à sa suite.",
    "ValidationError": "Le contenu ne correspond pas à ce que ce service sait lire.",
    "UnknownVersion": "Version plus récente que celle que ce service sait lire : à mettre à jour.",
    "IntegrityError": "La base a refusé l’écriture : une donnée contredit ce qui est enregistré.",
    "DataError": "La base a refusé une valeur du message.",
    "ProgrammingError": "La base n’a pas la forme attendue : une migration manque sans doute.",
}
_OTHER = "Le traitement de ce message a échoué ({error}) : anomalie à corriger dans le programme."

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?")
_SHOWN = (UUID, date, Enum, bool, int)


def cause_of(error: str) -> str:
    """Why the message is here, in plain French; `error` is the class of an exception."""
    return _CAUSES.get(error, _OTHER.format(error=error))


def masked(payload: str, event: type[BaseModel] | None) -> list[tuple[str, str]]:
    """The fields of a message: ids, dates, choices and numbers shown, every other value hidden.

    `event` is the class that reads it; without it only what looks like an id or a date is shown.
    """
    try:
        content = json.loads(payload)
    except ValueError:
        return [("contenu", "illisible")]
    if not isinstance(content, dict):
        return [("contenu", MASK)]
    return [(str(key), _shown(str(key), value, event)) for key, value in content.items()]


def _shown(key: str, value: object, event: type[BaseModel] | None) -> str:
    if value is None:
        return "—"
    words = value if isinstance(value, str) else json.dumps(value)
    if _ID.fullmatch(words) or _DATE.fullmatch(words):
        return words
    field = event.model_fields.get(key) if event is not None else None
    if field is None or len(words) > 60 or not _is_harmless(field.annotation):
        return MASK
    # A choice is shown only when it is one: the message may be here because it is not.
    return words if _is_of(field.annotation, value) else MASK


def _kinds(annotation: object) -> list[object]:
    parts = [part for part in typing.get_args(annotation) if part is not type(None)]
    if typing.get_origin(annotation) is typing.Annotated:
        return _kinds(parts[0])
    return [kind for part in parts for kind in _kinds(part)] if parts else [annotation]


def _is_harmless(annotation: object) -> bool:
    return all(isinstance(kind, type) and issubclass(kind, _SHOWN) for kind in _kinds(annotation))


def _is_of(annotation: object, value: object) -> bool:
    for kind in _kinds(annotation):
        if isinstance(kind, type) and issubclass(kind, Enum):
            if value in {member.value for member in kind}:
                return True
        elif isinstance(value, bool | int):
            return True
    return False
