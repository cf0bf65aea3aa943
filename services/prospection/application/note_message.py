"""Keep the fate of each message: sent, or failed and why."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.application.note_evening import note
from shared.contracts.notifications.v1 import MessageFailed, MessageSent
from shared.messaging import Heard


async def note_message(
    session: AsyncSession, heard: Heard[MessageSent] | Heard[MessageFailed]
) -> None:
    """A message left, or will not be delivered as things are."""
    event = heard.event
    facts: dict[str, object] = {"template": event.template, "message_id": event.message_id}
    if isinstance(event, MessageFailed):
        facts["reason"] = event.reason
    await note(session, heard, event.person_id, facts)
