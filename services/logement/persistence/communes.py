"""Communes by code, refused with the field in fault when unknown."""

from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.refusal import Invalid
from shared.territory import queries as territory


async def known(session: AsyncSession, code: str, *, field: str) -> territory.Commune:
    """The commune of today under this INSEE code (old codes included); Invalid otherwise."""
    commune = await territory.current_commune(session, code)
    if commune is None:
        raise Invalid(
            "Cette commune est inconnue\u00a0: choisissez-la dans la liste, par son nom.",
            field=field,
        )
    return commune
