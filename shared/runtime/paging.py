"""Lists of the API: `{items, next}`, the cursor opaque to clients."""

import base64
import json
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from shared.contracts.refusal import Invalid

T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=200, description="Nombre d'éléments par page")]
CursorParameter = Annotated[
    str | None, Query(max_length=500, description="Valeur de `next` de la page précédente")
]


class Page(BaseModel, Generic[T]):
    """One page of a list; `next` is null on the last one."""

    items: list[T]
    next: str | None = None


class Cursor:
    """Where a page stopped: the sort key of its last row."""

    @staticmethod
    def encode(*values: Any) -> str:
        """An opaque cursor from the values of the last row's sort key."""
        text = json.dumps([str(value) for value in values], ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @staticmethod
    def decode(cursor: str | None, length: int) -> tuple[str, ...] | None:
        """The values given to `encode`, as text; None for no cursor. Raises Invalid."""
        if cursor is None:
            return None
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            values = json.loads(base64.urlsafe_b64decode(padded.encode()))
        except ValueError as error:
            raise Invalid("Le curseur de pagination n'est pas valable.", field="cursor") from error
        if not isinstance(values, list) or len(values) != length:
            raise Invalid("Le curseur de pagination n'est pas valable.", field="cursor")
        read = tuple(str(value) for value in values)
        # A forged cursor may hold characters that the database refuses (NUL, half a surrogate).
        if not all(value.isprintable() for value in read):
            raise Invalid("Le curseur de pagination n'est pas valable.", field="cursor")
        return read
