"""Staff say what the columns of a file are; its dry run is made again."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.application.read_file import read_file
from services.prospection.application.start_import import keep_dry_run
from services.prospection.domain.importing import ImportBatch, ImportState
from services.prospection.domain.refusals import ImportNotReady, ImportUnknown
from services.prospection.persistence import imports


async def choose_columns(
    session: AsyncSession, import_id: UUID, mapping: Mapping[str, str]
) -> ImportBatch:
    """Read the file again with `mapping` (title of the column → field, or « ignorer »).

    Raises ImportUnknown, or ImportNotReady when the import is over or being written.
    """
    batch = await imports.get_for_update(session, import_id)
    if batch is None:
        raise ImportUnknown
    if batch.state != ImportState.READY or batch.content is None:
        raise ImportNotReady
    read = await asyncio.to_thread(
        read_file,
        batch.content,
        batch.filename,
        mapping=mapping,
        default_role=batch.default_role,
    )
    batch.mapping = dict(mapping)
    await keep_dry_run(session, batch, read)
    return batch
