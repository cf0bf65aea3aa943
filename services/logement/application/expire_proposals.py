"""Proposals that nobody answered in time give the home back."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.application.close_proposal import close_proposal
from services.logement.domain.proposal import CloseReason
from services.logement.persistence import proposals


async def expire_proposals(session: AsyncSession, *, now: datetime, limit: int = 100) -> int:
    """Close what is overdue; rows another worker holds are left to it. Returns how many."""
    overdue = await proposals.overdue(session, now, limit)
    for proposal, request in overdue:
        await close_proposal(session, proposal, request, CloseReason.EXPIRED, now=now)
    return len(overdue)
