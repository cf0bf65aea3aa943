"""What the job « imports » does: dry runs of large files, then their write, part by part."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.application.confirm_import import write_next_part
from services.prospection.application.read_file import read_file
from services.prospection.application.start_import import keep_dry_run
from services.prospection.domain.importing import ImportState
from services.prospection.persistence import imports
from shared.contracts.refusal import Refused

Sessions = Callable[[], AbstractAsyncContextManager[AsyncSession]]

KEPT_FOR = timedelta(days=30)
"""How long the lines of an import that is over are kept, for whoever wants to check them."""


async def read_next_file(sessions: Sessions) -> bool:
    """Make the dry run of the oldest file received; False when there is none.

    The file is read in a thread and outside of any transaction. A file that cannot be read
    stays with the sentence that says why.
    """
    async with sessions() as session:
        batch = await imports.next_in(session, ImportState.RECEIVED)
        if batch is None or batch.content is None:
            return False
    refusal: Refused | None = None
    try:
        read = await asyncio.to_thread(
            read_file,
            batch.content,
            batch.filename,
            mapping=batch.mapping,
            default_role=batch.default_role,
        )
    except Refused as refused:
        refusal = refused
    async with sessions() as session:
        fresh = await imports.get_for_update(session, batch.id)
        if fresh is None or fresh.state != ImportState.RECEIVED:
            return True
        if refusal is None:
            await keep_dry_run(session, fresh, read)
        else:
            fresh.state, fresh.problem = ImportState.UNREADABLE.value, refusal.reason
            fresh.content = None
            await session.flush()
    return True


async def write_confirmed(sessions: Sessions, clock: Callable[[], datetime]) -> bool:
    """Write the oldest confirmed import to its end, one transaction a part; False when none."""
    async with sessions() as session:
        batch = await imports.next_in(session, ImportState.WRITING)
    if batch is None:
        return False
    more = True
    while more:
        async with sessions() as session:
            more = await write_next_part(session, batch.id, now=clock())
    return True


async def erase_staged_lines(session: AsyncSession, *, now: datetime) -> None:
    """Forget the lines of imports over for 30 days. Source: RGPD, art. 5 (1) e."""
    await imports.erase_lines(session, before=now - KEPT_FOR, now=now)
