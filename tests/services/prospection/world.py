"""Invented people and lists, made by the real use cases; and a direct look at the journal."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.application.add_person import AddPerson, add_person
from services.prospection.application.confirm_import import confirm_import, write_import
from services.prospection.application.hear_card import hear_card
from services.prospection.application.prepare_mission import PrepareMission, prepare_mission
from services.prospection.application.start_import import StartImport, start_import
from services.prospection.domain.importing import ImportBatch
from services.prospection.domain.mission import Mission, MissionKind
from services.prospection.domain.person import Person
from shared.messaging import directory
from shared.persistence.sessions import Database
from shared.persistence.tables import uuid7
from tests.services.prospection.clock import NOW

HEADER = "Nom;Prénom;E-mail;Téléphone\n"


async def a_mission(session: AsyncSession, title: str = "CIFEPK 2027") -> Mission:
    """A congress that took place."""
    command = PrepareMission(kind=MissionKind.CONGRESS, title=title, starts_on=date(2027, 3, 24))
    return await prepare_mission(session, command, now=NOW)


async def somebody(session: AsyncSession, **known: Any) -> Person:
    """A person written down by staff."""
    described = {"last_name": "Petit", "first_name": "Hugo", "email": "hugo.petit@exemple.fr"}
    return await add_person(session, AddPerson(**(described | known)), now=NOW)


async def hear(
    session: AsyncSession,
    person_id: UUID | None = None,
    *,
    speaker: str = "events",
    version: int = 1,
    **said: str | None,
) -> UUID:
    """Another service's card arrives, as the chassis delivers it."""
    described = {"last_name": "Petit", "first_name": "Hugo", "email": "hugo.petit@exemple.fr"}
    raw_id = person_id or uuid7()
    await directory.hear(session, speaker, raw_id, described | said | {"version": version})
    await hear_card(session, raw_id, speaker, now=NOW)
    return raw_id


async def dry_run(session: AsyncSession, content: str | bytes, **known: Any) -> ImportBatch:
    """The dry run of a file."""
    mission_id = known.pop("mission_id", None) or (await a_mission(session, f"CIFEPK {uuid7()}")).id
    raw = content.encode("cp1252") if isinstance(content, str) else content
    command = StartImport(mission_id=mission_id, filename="liste.csv", content=raw, **known)
    return await start_import(session, command, now=NOW)


async def imported(session: AsyncSession, content: str | bytes, **known: Any) -> ImportBatch:
    """The same, confirmed and written."""
    batch = await dry_run(session, content, **known)
    await confirm_import(session, batch.id, by=None, now=NOW)
    await write_import(session, batch.id, now=NOW)
    return batch


async def said(session: AsyncSession, subject: str) -> list[Mapping[str, Any]]:
    """What the journal holds of this kind, oldest first."""
    rows = await session.execute(
        text("SELECT CAST(payload AS jsonb) AS p FROM journal WHERE subject = :s ORDER BY id"),
        {"s": subject},
    )
    return [row.p for row in rows]


async def canonical(session: AsyncSession, person_id: UUID) -> UUID:
    """Whom this id stands for."""
    found = await session.scalar(
        text("SELECT canonical_id FROM person WHERE id = :id"), {"id": person_id}
    )
    assert isinstance(found, UUID)
    return found


async def count(session: AsyncSession, table: str, where: str = "true") -> int:
    """How many rows of a table of ours."""
    return int(await session.scalar(text(f"SELECT count(*) FROM {table} WHERE {where}")) or 0)


async def in_one(database: Database, work: Any, **known: Any) -> Any:
    """One use case in a transaction of its own."""
    async with database.transaction() as session:
        return await work(session, **known)
