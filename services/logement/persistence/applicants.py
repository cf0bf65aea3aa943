"""Applicants: one row per e-mail and name, whoever writes first."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.applicant import Applicant, keys


async def same_or_new(session: AsyncSession, given: Applicant, now: datetime) -> Applicant:
    """The applicant already known under these keys, held; or `given`, inserted.

    What is known is never overwritten: only an unknown telephone is added.
    """
    given.email_key, given.name_key = keys(given.first_name, given.last_name, given.email)
    given.created_at = now
    await session.exec(
        insert(Applicant)
        .values(given.model_dump())
        .on_conflict_do_nothing(index_elements=["email_key", "name_key"])
    )
    query = (
        select(Applicant)
        .where(
            col(Applicant.email_key) == given.email_key, col(Applicant.name_key) == given.name_key
        )
        .with_for_update()
    )
    applicant = (await session.exec(query)).one()
    if applicant.phone is None:
        applicant.phone = given.phone
    return applicant
