"""Invented homes and people, through the use cases."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.application.add_dwelling import DwellingFacts, add_dwelling
from services.logement.application.open_request import Ask, open_request
from services.logement.application.publish_offer import OfferTerms, publish_offer
from services.logement.domain.dwelling import DwellingKind
from shared.persistence.sessions import Database
from tests.services.logement.moments import NOW

STUDIO = DwellingFacts(
    title="Studio de la gare",
    commune="41269",
    kind=DwellingKind.STUDIO,
    surface_m2=22,
    dpe="C",
    address="3 rue inventée",
)
TERMS = OfferTerms(
    available_from=date(2027, 4, 1), available_to=date(2028, 4, 1), rent_cents=39_000
)
ASK = Ask(
    first_name="Hugo",
    last_name="Petit",
    email="hugo.petit@exemple.fr",
    placement_commune="41269",
    starts_on=date(2027, 5, 3),
    ends_on=date(2027, 11, 1),
    budget_cents=45_000,
    has_car=False,
    household_size=1,
)


async def offer(session: AsyncSession, **facts: Any) -> UUID:
    """A published offer of the studio, changed by `facts`."""
    dwelling = await add_dwelling(session, replace(STUDIO, **facts), now=NOW)
    return (await publish_offer(session, dwelling.id, TERMS, now=NOW)).id


async def request(session: AsyncSession, **answers: Any) -> UUID:
    """An open request of Hugo, changed by `answers`."""
    return (await open_request(session, replace(ASK, **answers), now=NOW)).id


async def said(database: Database) -> list[str]:
    """The subjects of the journal, in order, without the service and the version."""
    async with database.transaction() as session:
        rows = await session.execute(text("SELECT subject FROM journal ORDER BY id"))
        return [subject.removeprefix("logement.").removesuffix(".v1") for (subject,) in rows]


async def reasons(database: Database) -> list[str]:
    """Why proposals were closed, in the order it was said."""
    async with database.transaction() as session:
        rows = await session.execute(
            text(
                "SELECT payload::jsonb->>'reason' FROM journal "
                "WHERE subject = 'logement.proposal.declined.v1' ORDER BY id"
            )
        )
        return [reason for (reason,) in rows]
