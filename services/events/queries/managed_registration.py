"""A registration as its owner sees it, behind the link of the letter."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.domain.refusals import LinkReplaced, RegistrationNotFound
from services.events.domain.registration import RegistrationStatus
from services.events.queries.event_details import event_details
from services.events.queries.event_view import EventView

_ONE = text("""
SELECT r.id, r.event_id, r.status, r.link_epoch, p.first_name, p.last_name,
    (SELECT count(*) FROM registration w WHERE w.event_id = r.event_id
        AND w.status = 'waitlisted' AND w.position <= r.position) AS rank
FROM registration r JOIN participant p ON p.person_id = r.person_id WHERE r.id = :id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedRegistration:
    """What the owner of the link may see; `rank` is the place in the queue, 0 when seated."""

    id: UUID
    status: str
    first_name: str
    last_name: str
    rank: int
    event: EventView

    @property
    def active(self) -> bool:
        """Whether there is something to give back."""
        return self.status != RegistrationStatus.CANCELLED

    @property
    def status_label(self) -> str:
        """The status in words."""
        return RegistrationStatus(self.status).label


async def managed_registration(
    session: AsyncSession, registration_id: UUID, *, epoch: int
) -> ManagedRegistration:
    """Raises `RegistrationNotFound`, or `LinkReplaced` when the link is of an earlier epoch."""
    row = (await session.execute(_ONE, {"id": registration_id})).one_or_none()
    if row is None:
        raise RegistrationNotFound
    if row.link_epoch != epoch:
        raise LinkReplaced
    return ManagedRegistration(
        id=row.id,
        status=row.status,
        first_name=row.first_name,
        last_name=row.last_name,
        rank=row.rank,
        event=await event_details(session, row.event_id, drafts=True),
    )
