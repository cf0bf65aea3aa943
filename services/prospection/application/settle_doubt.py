"""Staff answer: these two files are the same person, or two persons."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.application.resolve_identity import resolve_identity
from services.prospection.domain.doubt import Doubt, DoubtState
from services.prospection.domain.refusals import DoubtUnknown
from services.prospection.persistence import doubts, locks


async def settle_doubt(
    session: AsyncSession, doubt_id: UUID, *, same: bool, by: UUID | None, now: datetime
) -> Doubt:
    """Keep the answer; when it is « the same », say whose canonical id changed.

    Answering the same thing twice is harmless. Raises DoubtUnknown, or DoubtSettled when the
    opposite was answered before.
    """
    await locks.tying(session)
    doubt = await doubts.get_for_update(session, doubt_id)
    if doubt is None:
        raise DoubtUnknown
    doubt.settle(DoubtState.SAME if same else DoubtState.DIFFERENT, by=by, now=now)
    await session.flush()
    if same:
        await resolve_identity(session, (doubt.first_id, doubt.second_id), rule="staff", now=now)
    return doubt
