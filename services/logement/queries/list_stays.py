"""The arrivals board: who comes into which home, and when."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from services.logement.domain.applicant import Applicant
from services.logement.domain.dwelling import Dwelling
from services.logement.domain.stay import Stay, StayState


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A booked stay, its dwelling, and who comes."""

    stay: Stay
    dwelling: Dwelling
    applicant: Applicant


async def list_stays(session: AsyncSession, *, today: date, limit: int = 500) -> list[BoardLine]:
    """Booked stays that are not over, by day of arrival."""
    query = (
        _lines()
        .where(col(Stay.ends_on) > today)
        .order_by(col(Stay.starts_on), col(Stay.id))
        .limit(limit)
    )
    return [BoardLine(*row) for row in await session.exec(query)]


async def page_of_stays(
    session: AsyncSession, *, after: UUID | None, limit: int
) -> list[BoardLine]:
    """Booked stays, past ones too, in the order they were booked, from the one after `after`."""
    query = _lines().order_by(col(Stay.id)).limit(limit)
    if after is not None:
        query = query.where(col(Stay.id) > after)
    return [BoardLine(*row) for row in await session.exec(query)]


def _lines() -> Select[Stay, Dwelling, Applicant]:
    return (
        select(Stay, Dwelling, Applicant)
        .join(Dwelling, col(Dwelling.id) == col(Stay.dwelling_id))
        .join(Applicant, col(Applicant.person_id) == col(Stay.person_id))
        .where(col(Stay.state) == StayState.BOOKED)
    )
