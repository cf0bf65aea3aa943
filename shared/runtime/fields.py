"""Types of the fields that scripts send: what JSON says, taken at its word."""

from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator


def _no_yes(value: Any) -> Any:
    """« true » is not the number 1."""
    if isinstance(value, bool):
        raise ValueError("Un nombre entier est attendu ici.")  # noqa: TRY004 - pydantic's rule
    return value


def _written(value: Any) -> Any:
    """An instant is written; a bare number would be read as seconds since 1970."""
    if isinstance(value, int | float):
        raise ValueError(  # noqa: TRY004 - pydantic's rule
            "Cette date n’est pas valable. Exemple\u00a0: 2027-05-20T19:00:00+02:00."
        )
    return value


Count = Annotated[int, BeforeValidator(_no_yes)]
Instant = Annotated[AwareDatetime, BeforeValidator(_written)]
