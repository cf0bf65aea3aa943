"""One event with its programme: who presents which territory, and what that territory is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.domain.refusals import EventNotFound
from services.events.queries.event_view import COLUMNS, TABLES, EventView, view

_ONE = text(f"SELECT {COLUMNS} FROM {TABLES} WHERE e.id = :event_id")  # noqa: S608 - constants
_ZOOMS = text("""
SELECT z.id, z.title, z.starts_at, z.minutes, z.commune, coalesce(c.name, z.commune) AS
    commune_name, c.population, c.epci_name, c.apl_mg, c.apl_year, p.first_name, p.last_name,
    z.elu_function
FROM zoom_slot z JOIN participant p ON p.person_id = z.elu_id
    LEFT JOIN territory_commune c ON c.code = z.commune
WHERE z.event_id = :event_id ORDER BY z.starts_at, z.id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoomView:
    """One slot, with the facts of its commune (population INSEE, APL DREES)."""

    id: UUID
    title: str
    starts_at: datetime
    minutes: int
    commune: str
    commune_name: str
    population: int | None
    epci_name: str | None
    apl_mg: Decimal | None
    apl_year: int | None
    first_name: str
    last_name: str
    elu_function: str

    @property
    def ends_at(self) -> datetime:
        """When the slot is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def speaker(self) -> str:
        """Who presents, as it is printed."""
        return f"{self.first_name} {self.last_name}"


async def event_details(
    session: AsyncSession, event_id: UUID, *, drafts: bool = False
) -> EventView:
    """The event; a draft is shown to the agency only (`drafts`). Raises `EventNotFound`."""
    row = (await session.execute(_ONE, {"event_id": event_id})).one_or_none()
    if row is None or (row.state == "draft" and not drafts):
        raise EventNotFound
    return view(row)


async def programme(session: AsyncSession, event_id: UUID) -> list[ZoomView]:
    """The slots of the evening, in their order."""
    rows = await session.execute(_ZOOMS, {"event_id": event_id})
    return [ZoomView(**row._mapping) for row in rows]  # noqa: SLF001 - public despite its name
