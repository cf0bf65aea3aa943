"""A home is proposed: the person is asked for an answer."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.application.owe_message import Because, Owed, owe_message
from services.notifications.domain.known import KnownProposal
from services.notifications.domain.letters import Template
from services.notifications.domain.message import Message
from services.notifications.persistence import known


async def note_proposal(
    session: AsyncSession,
    proposal: KnownProposal,
    because: Because,
    *,
    answer_by: datetime,
    link_epoch: int,
    now: datetime,
) -> Message | None:
    """Keep whose proposal it is, and owe the letter with the link that answers."""
    await known.keep(session, proposal)
    letter = Owed(
        template=Template.PROPOSAL_MADE,
        person_id=proposal.person_id,
        card_version=proposal.card_version,
        about_id=proposal.proposal_id,
        topic_id=proposal.request_id,
        context={"answer_by": answer_by.isoformat(), "link_epoch": link_epoch},
    )
    return await owe_message(session, letter, because, now=now)
