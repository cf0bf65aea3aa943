"""The ranking rules in force on a day."""

from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.rules import MatchingRules, MatchingRuleSet


async def rules_on(session: AsyncSession, day: date) -> MatchingRules:
    """The newest set that is valid on `day`; the migration seeds the first one."""
    query = (
        select(MatchingRuleSet)
        .where(col(MatchingRuleSet.valid_from) <= day)
        .order_by(col(MatchingRuleSet.valid_from).desc())
        .limit(1)
    )
    return (await session.exec(query)).one().rules()
