"""Advisory locks that keep two lanes, or two processes, from deciding who is who at once.

Always taken in this order: who is who, then ties, then rows.
"""

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.likeness import Traits

# Two-key advisory locks: the first number is ours, the second the hash of what is locked.
_WHO_IS_WHO = 4101
_TIES = 4102
_KEYS = 4103

_SHARED = text("SELECT pg_advisory_xact_lock_shared(:space, 0)")
_ALONE = text("SELECT pg_advisory_xact_lock(:space, 0)")
# One statement, in the order of the hashes: two transactions never wait for each other in a ring.
_BY_KEY = text(
    """
    SELECT pg_advisory_xact_lock(:space, h)
    FROM (SELECT DISTINCT hashtext(k) AS h FROM unnest(CAST(:keys AS text[])) k ORDER BY 1) keys
    """
)


async def deciding_on(session: AsyncSession, traits: Traits) -> None:
    """Nobody else decides on this e-mail or this name until the end of the transaction.

    Imports are kept out meanwhile; other persons are not.
    """
    await session.execute(_SHARED, {"space": _WHO_IS_WHO})
    keys = [f"n:{traits.last_key}|{traits.first_key}"]
    if traits.email_key is not None:
        keys.append(f"e:{traits.email_key}")
    await session.execute(_BY_KEY, {"space": _KEYS, "keys": keys})


async def deciding_on_everybody(session: AsyncSession) -> None:
    """Nobody else decides on anybody: for the write of one part of an import."""
    await session.execute(_ALONE, {"space": _WHO_IS_WHO})


async def tying(session: AsyncSession) -> None:
    """Nobody else ties ids together, or unties them, until the end of the transaction."""
    await session.execute(_ALONE, {"space": _TIES})
