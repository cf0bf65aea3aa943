"""Keep who caused what, for every event of every service: the index of the chains of causes."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.persistence import story
from shared.messaging import Envelope

_KEPT = (
    "event_id",
    "type",
    "speaker",
    "aggregate",
    "aggregate_id",
    "time",
    "correlation_id",
    "causation_id",
    "action",
)


async def record_envelope(session: AsyncSession, envelope: Envelope) -> None:
    """Keep the envelope, never the content; hearing it again changes nothing."""
    await story.add_envelope(session, {name: getattr(envelope, name) for name in _KEPT})
