"""Give an import up before anything is written: the file and its lines are forgotten."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.importing import ImportBatch, ImportState
from services.prospection.domain.refusals import ImportNotReady, ImportUnknown
from services.prospection.persistence import imports

_MAY_BE_CANCELLED = {ImportState.RECEIVED, ImportState.READY, ImportState.UNREADABLE}


async def cancel_import(session: AsyncSession, import_id: UUID) -> ImportBatch:
    """Forget the file. Cancelling twice is harmless.

    Raises ImportUnknown, or ImportNotReady once it was confirmed.
    """
    batch = await imports.get_for_update(session, import_id)
    if batch is None:
        raise ImportUnknown
    if batch.state == ImportState.CANCELLED:
        return batch
    if batch.state not in _MAY_BE_CANCELLED:
        raise ImportNotReady
    batch.state, batch.content, batch.columns = ImportState.CANCELLED.value, None, []
    await imports.drop_lines(session, import_id)
    await session.flush()
    return batch
