"""Take in a file of contacts and make its dry run: nothing is written to persons."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.application.read_file import ReadFile, read_file
from services.prospection.domain.importing import ImportBatch, ImportState
from services.prospection.domain.mission import Mission
from services.prospection.domain.refusals import MissionUnknown
from services.prospection.persistence import import_lines
from shared.persistence.sessions import wake_jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class StartImport:
    """A file brought back from a mission. `default_role` is for lines that say none."""

    mission_id: UUID
    filename: str
    content: bytes
    default_role: str = "contact"
    by: UUID | None = None


async def receive_import(
    session: AsyncSession, command: StartImport, *, now: datetime
) -> ImportBatch:
    """Keep the file only; its dry run is made by the job « imports ». Raises MissionUnknown."""
    if await session.get(Mission, command.mission_id) is None:
        raise MissionUnknown
    batch = ImportBatch(
        mission_id=command.mission_id,
        filename=command.filename[:200],
        default_role=command.default_role,
        content=command.content,
        state=ImportState.RECEIVED.value,
        uploaded_by=command.by,
        created_at=now,
    )
    session.add(batch)
    await session.flush()
    wake_jobs(session)
    return batch


async def start_import(
    session: AsyncSession, command: StartImport, *, now: datetime
) -> ImportBatch:
    """Keep the file and make its dry run at once.

    The file is read in a thread. Raises MissionUnknown, or UnreadableFile with a sentence when
    the whole file is refused; then nothing is kept.
    """
    batch = await receive_import(session, command, now=now)
    read = await asyncio.to_thread(
        read_file,
        command.content,
        command.filename,
        mapping={},
        default_role=command.default_role,
    )
    await keep_dry_run(session, batch, read)
    return batch


async def keep_dry_run(session: AsyncSession, batch: ImportBatch, read: ReadFile) -> None:
    """Stage the lines that were read, and compare them with all persons."""
    await import_lines.stage(session, batch.id, read.lines)
    await import_lines.judge(session, batch.id)
    batch.columns, batch.warnings = read.columns, read.warnings
    batch.lines, batch.state, batch.problem = len(read.lines), ImportState.READY.value, None
    await session.flush()
