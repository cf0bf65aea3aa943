"""The schools and congresses of the open data, each with the mission that stands for it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.mission import MissionKind
from shared.persistence.folding import fold
from shared.territory.congresses import Congress, load_congresses
from shared.territory.schools import School, load_schools

_MISSIONS = text(
    "SELECT id, kind, title_key FROM mission WHERE title_key = ANY(CAST(:keys AS text[]))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolShown:
    """A school; `mission_id` is None until its mission is loaded."""

    school: School
    mission_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CongressShown:
    """A congress; `mission_id` is None until its mission is loaded."""

    congress: Congress
    mission_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """Where future professionals are."""

    schools: list[SchoolShown]
    congresses: list[CongressShown]


async def training(session: AsyncSession) -> Training:
    """Every school and congress of the files, in their order."""
    schools, congresses = load_schools(), load_congresses()
    keys = [fold(name) for name in _names(schools, congresses)]
    rows = await session.execute(_MISSIONS, {"keys": keys})
    missions = {(row.kind, row.title_key): row.id for row in rows}
    return Training(
        schools=[
            SchoolShown(
                school=one, mission_id=missions.get((MissionKind.FACULTY.value, fold(one.name)))
            )
            for one in schools
        ],
        congresses=[
            CongressShown(
                congress=one,
                mission_id=missions.get((MissionKind.CONGRESS.value, fold(one.name))),
            )
            for one in congresses
        ],
    )


def _names(schools: tuple[School, ...], congresses: tuple[Congress, ...]) -> list[str]:
    return [one.name for one in schools] + [one.name for one in congresses]
