"""What waits to be released, sent, or given up for lost."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.persistence import messages


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """Whether something is to do, and of which sort."""

    awaiting: bool
    due: bool
    expired: bool

    def with_released(self, released: int) -> "Waiting":
        """The same once `released` letters need wait no longer."""
        return replace(self, due=self.due or released > 0)


async def what_waits(session: AsyncSession, *, now: datetime) -> Waiting:
    """One cheap question, asked several times a second."""
    awaiting, due, expired = await messages.what_waits(session, now=now)
    # A lease that ends becomes a letter that may be due at once.
    return Waiting(awaiting=awaiting, due=due or expired, expired=expired)


async def long_awaited(session: AsyncSession, *, before: datetime) -> int:
    """How many letters have waited for a card since before that moment."""
    return await messages.count_awaiting_since(session, before=before)
