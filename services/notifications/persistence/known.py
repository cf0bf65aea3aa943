"""What notifications learnt of evenings, registrations, requests and stays, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifications.domain.known import (
    KnownEvent,
    KnownProposal,
    KnownRegistration,
    KnownRequest,
    KnownStay,
)

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
_SHARE = text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:key, 0))")
_NOW = text("SELECT clock_timestamp()")


async def hold_event(session: AsyncSession, event_id: UUID, *, alone: bool) -> None:
    """Until the transaction ends, nobody learns of this evening (`alone`) or of its registrations.

    They are heard by two readers at once: without this, somebody registered in the very moment
    an evening is cancelled would be told neither by one nor by the other.
    """
    await session.execute(_HOLD if alone else _SHARE, {"key": f"event {event_id}"})


async def clock(session: AsyncSession) -> datetime:
    """The time of the database, where no clock is given: a card that comes brings none."""
    now: datetime = (await session.execute(_NOW)).scalar_one()
    return now


async def event(session: AsyncSession, event_id: UUID) -> KnownEvent | None:
    """What was said of an evening."""
    return await session.get(KnownEvent, event_id)


async def registration(session: AsyncSession, registration_id: UUID) -> KnownRegistration | None:
    """What was said of a registration."""
    return await session.get(KnownRegistration, registration_id)


async def registrations_of(
    session: AsyncSession, event_id: UUID, states: Sequence[str]
) -> Sequence[KnownRegistration]:
    """Who is registered for an evening, in these states."""
    found = select(KnownRegistration).where(
        KnownRegistration.event_id == event_id, col(KnownRegistration.state).in_(states)
    )
    return (await session.exec(found.order_by(col(KnownRegistration.registration_id)))).all()


async def request(session: AsyncSession, request_id: UUID) -> KnownRequest | None:
    """What was said of a housing request."""
    return await session.get(KnownRequest, request_id)


async def proposal(session: AsyncSession, proposal_id: UUID) -> KnownProposal | None:
    """What was said of a proposal."""
    return await session.get(KnownProposal, proposal_id)


async def stay(session: AsyncSession, stay_id: UUID) -> KnownStay | None:
    """What was said of a stay."""
    return await session.get(KnownStay, stay_id)


async def keep(session: AsyncSession, known: SQLModel) -> None:
    """Keep what was just said in place of what was known."""
    await session.merge(known)
    await session.flush()
