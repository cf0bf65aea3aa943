"""Staff take an answer back: the two files are in doubt again, each its own person."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.application.resolve_identity import resolve_identity
from services.prospection.domain.doubt import Doubt, DoubtState
from services.prospection.domain.refusals import DoubtUnknown
from services.prospection.persistence import doubts, locks


async def reopen_doubt(session: AsyncSession, doubt_id: UUID, *, now: datetime) -> Doubt:
    """Undo the answer, the exact rule's included; the mapping of before is said again.

    Raises DoubtUnknown. Reopening an open doubt changes nothing.
    """
    await locks.tying(session)
    doubt = await doubts.get_for_update(session, doubt_id)
    if doubt is None:
        raise DoubtUnknown
    was_same = doubt.state == DoubtState.SAME
    doubt.reopen()
    await session.flush()
    if was_same:
        await resolve_identity(session, (doubt.first_id, doubt.second_id), rule="undone", now=now)
    return doubt
