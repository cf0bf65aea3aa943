"""Load the congresses and schools of the territory's open data as missions, once."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.mission import MissionKind
from shared.persistence.folding import fold
from shared.persistence.tables import uuid7
from shared.territory.congresses import load_congresses
from shared.territory.schools import load_schools

_ORGANISATION = text(
    """
    INSERT INTO organisation (id, kind, name, name_key, city, verified)
    VALUES (:id, :kind, :name, :name_key, :city, :verified)
    ON CONFLICT (kind, name_key) DO UPDATE SET city = excluded.city, verified = excluded.verified
    RETURNING id
    """
)
_MISSION = text(
    """
    INSERT INTO mission (id, kind, title, title_key, organisation_id, place, audience, verified,
        source, created_at)
    VALUES (:id, :kind, :title, :title_key, :organisation_id, :place, :audience, :verified,
        :source, :now)
    ON CONFLICT (kind, title_key) DO NOTHING
    """
)


async def load_known_missions(session: AsyncSession, *, now: datetime) -> None:
    """One mission per congress and per school, marked « à vérifier » where no source was found.

    Idempotent; what staff changed since is left alone.
    """
    for congress in load_congresses():
        organiser = None
        if congress.organiser:
            organiser = await _organisation(
                session, "organiser", congress.organiser, city=None, verified=congress.verified
            )
        values = {"place": congress.place, "audience": congress.audience}
        await _mission(
            session,
            MissionKind.CONGRESS,
            congress.name,
            organiser,
            now=now,
            **values,
            verified=congress.verified,
            source=congress.source,
        )
    for school in load_schools():
        own = await _organisation(
            session, "school", school.name, city=school.city, verified=school.verified
        )
        values = {"place": school.city, "audience": school.kind}
        await _mission(
            session,
            MissionKind.FACULTY,
            school.name,
            own,
            now=now,
            **values,
            verified=school.verified,
            source=school.source,
        )


async def _organisation(
    session: AsyncSession, kind: str, name: str, *, city: str | None, verified: bool
) -> object:
    return await session.scalar(
        _ORGANISATION,
        {
            "id": uuid7(),
            "kind": kind,
            "name": name,
            "name_key": fold(name),
            "city": city,
            "verified": verified,
        },
    )


async def _mission(
    session: AsyncSession,
    kind: MissionKind,
    title: str,
    organisation_id: object,
    **known: object,
) -> None:
    await session.execute(
        _MISSION,
        {
            "id": uuid7(),
            "kind": kind.value,
            "title": title,
            "title_key": fold(title),
            "organisation_id": organisation_id,
            **known,
        },
    )
