"""A proposal got its answer: it is no longer to be sent, and a taken home is said with regret."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.application.cancel_unsent import cancel_unsent
from services.notifications.application.owe_message import Because, Owed, owe_message
from services.notifications.domain.letters import Template
from services.notifications.domain.message import Message
from services.notifications.persistence import known


async def settle_proposal(
    session: AsyncSession, proposal_id: UUID, because: Because, *, taken: bool, now: datetime
) -> Message | None:
    """Drop the proposal's letter if it has not left; when the home was `taken`, owe the news.

    Nobody is told that a home is gone who was never told that it was proposed.
    """
    unsent = await cancel_unsent(session, now=now, about_id=proposal_id)
    proposal = await known.proposal(session, proposal_id)
    if not taken or proposal is None or unsent:
        return None
    letter = Owed(
        template=Template.PROPOSAL_TAKEN,
        person_id=proposal.person_id,
        card_version=proposal.card_version,
        about_id=proposal_id,
        topic_id=proposal.request_id,
    )
    return await owe_message(session, letter, because, now=now)
