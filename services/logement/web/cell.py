"""How people reach the housing cell, as pages show it."""

from typing import Annotated, Protocol, cast

from fastapi import Depends

from shared.runtime.web import Settings


class Cell(Protocol):
    """The part of the settings that pages show, and the key of the links they make."""

    @property
    def cell_email(self) -> str:
        """Address of the cell."""

    @property
    def cell_phone(self) -> str:
        """Telephone of the cell."""

    def link_key(self, service: str) -> str:
        """The key of the links of `service`."""


async def _cell(settings: Settings) -> Cell:
    return cast("Cell", settings)


HousingCell = Annotated[Cell, Depends(_cell)]
