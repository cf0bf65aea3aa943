"""What a person is changes: a role begins, or ends."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.application.meet_person import today
from services.prospection.domain.person import ROLE_WORDS, Role
from services.prospection.domain.refusals import PersonIsRestricted, PersonUnknown
from services.prospection.persistence import persons, story
from shared.contracts.refusal import Invalid


async def begin_role(
    session: AsyncSession, person_id: UUID, role: str, *, starts_on: date | None, now: datetime
) -> None:
    """This person holds `role` from this day (today when not said); twice changes nothing.

    Raises PersonUnknown, PersonIsRestricted, or Invalid for an unknown role.
    """
    if role not in ROLE_WORDS:
        raise Invalid("Ce rôle n'existe pas.", field="role")
    canonical = await persons.canonical_of(session, person_id)
    if canonical is None:
        raise PersonUnknown
    if await persons.restricted(session, canonical):
        raise PersonIsRestricted
    await story.open_role(
        session,
        {
            "person_id": canonical,
            "role": role,
            "starts_on": starts_on or today(now),
            "proof": "saisi par l'agence",
        },
    )


async def end_role(session: AsyncSession, role_id: UUID, *, now: datetime) -> UUID:
    """This role is over today; returns whose it was. Raises PersonUnknown for an unknown role."""
    role = await session.get(Role, role_id, with_for_update=True)
    if role is None:
        raise PersonUnknown
    if role.ends_on is None:
        role.ends_on = max(role.starts_on, today(now))
        await session.flush()
    return role.person_id
