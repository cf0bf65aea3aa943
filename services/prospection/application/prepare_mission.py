"""Prepare an edition of a congress, or a visit to a faculty or school."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.mission import Mission, MissionKind
from shared.contracts.refusal import Invalid
from shared.persistence.folding import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareMission:
    """What is known of the edition; its title is unique among its kind."""

    kind: MissionKind
    title: str
    place: str | None = None
    audience: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None


async def prepare_mission(
    session: AsyncSession, command: PrepareMission, *, now: datetime
) -> Mission:
    """Keep the edition. Raises Invalid when its dates are reversed, or its title is taken."""
    if command.starts_on and command.ends_on and command.ends_on < command.starts_on:
        raise Invalid("La fin est avant le début.", field="ends_on")
    key = fold(command.title)
    known = await session.exec(
        select(Mission).where(Mission.kind == command.kind.value, Mission.title_key == key)
    )
    if known.one_or_none() is not None:
        raise Invalid("Une mission porte déjà ce titre.", field="title")
    mission = Mission(
        kind=command.kind.value,
        title=command.title,
        title_key=key,
        place=command.place,
        audience=command.audience,
        starts_on=command.starts_on,
        ends_on=command.ends_on or command.starts_on,
        verified=True,
        source=None,
        created_at=now,
    )
    session.add(mission)
    await session.flush()
    return mission
