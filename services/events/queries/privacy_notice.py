"""The privacy notice shown today, and its version."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.domain.privacy import PrivacyNotice


async def privacy_notice(session: AsyncSession) -> PrivacyNotice:
    """The newest version."""
    found = await session.exec(
        select(PrivacyNotice).order_by(col(PrivacyNotice.version).desc()).limit(1)
    )
    return found.one()
