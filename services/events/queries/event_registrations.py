"""Who is registered to an event: for the staff table, its search, and the API."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.domain.registration import Profile, RegistrationStatus
from services.events.domain.texts import without_controls
from shared.persistence.folding import fold

_COLUMNS = """r.id, r.event_id, r.person_id, r.status, r.position, r.profile, r.consent,
    r.registered_at, r.cancelled_at, p.first_name, p.last_name, p.email,
    coalesce(r.phone, p.phone) AS phone"""
_TABLES = "registration r JOIN participant p ON p.person_id = r.person_id"
_ORDER = """CASE r.status WHEN 'confirmed' THEN 0 WHEN 'waitlisted' THEN 1 ELSE 2 END,
    r.position, p.name_key, r.registered_at, r.id"""
_SEARCH = text(f"""
SELECT {_COLUMNS} FROM {_TABLES} WHERE r.event_id = :event_id
    AND (:inside = '%%' OR p.name_key LIKE :inside OR replace(p.name_key, '|', ' ') LIKE :inside
        OR p.email_key LIKE :typed)
ORDER BY {_ORDER} LIMIT :limit
""")  # noqa: S608 - constants of ours
_PAGE = text(f"""
SELECT {_COLUMNS} FROM {_TABLES} WHERE r.event_id = :event_id
    AND (CAST(:after AS uuid) IS NULL OR r.id > :after) ORDER BY r.id LIMIT :limit
""")  # noqa: S608 - constants of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationView:
    """One registration as the agency sees it."""

    id: UUID
    event_id: UUID
    person_id: UUID
    status: str
    position: int | None
    profile: str
    consent: bool
    registered_at: datetime
    cancelled_at: datetime | None
    first_name: str
    last_name: str
    email: str
    phone: str | None

    @property
    def status_label(self) -> str:
        """The status in words."""
        return RegistrationStatus(self.status).label

    @property
    def profile_label(self) -> str:
        """The profile in words."""
        return Profile(self.profile).label

    @property
    def active(self) -> bool:
        """Whether there is something to cancel."""
        return self.status != RegistrationStatus.CANCELLED


async def event_registrations(
    session: AsyncSession, event_id: UUID, *, search: str = "", limit: int = 1_000
) -> list[RegistrationView]:
    """Seated first, then the queue in its order, then cancelled; `search` in names or e-mails."""
    plain = without_controls(search).strip().casefold()
    typed = plain.replace("\\", "").replace("%", "").replace("_", "\\_")
    values = {
        "event_id": event_id,
        "inside": f"%{fold(search)}%",
        "typed": f"%{typed}%",
        "limit": limit,
    }
    rows = await session.execute(_SEARCH, values)
    return [RegistrationView(**row._mapping) for row in rows]  # noqa: SLF001 - public


async def registrations_after(
    session: AsyncSession, event_id: UUID, *, after: UUID | None, limit: int
) -> list[RegistrationView]:
    """A page of registrations in a stable order, for scripts."""
    rows = await session.execute(_PAGE, {"event_id": event_id, "after": after, "limit": limit})
    return [RegistrationView(**row._mapping) for row in rows]  # noqa: SLF001 - public
