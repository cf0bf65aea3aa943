"""The intercommunal bodies and the sectors of the Département, with what is sure of each."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.territory import queries as territory
from shared.territory.places import UNDERSERVED_BELOW, Epci, Sector

_UNDERSERVED = text(
    """
    SELECT epci_siren, count(*) AS communes FROM territory_commune
    WHERE valid_to IS NULL AND department = '41' AND apl_mg < :below GROUP BY epci_siren
    """
)
_KINDS = {
    "CA": "Communauté d’agglomération",
    "CC": "Communauté de communes",
    "CU": "Communauté urbaine",
    "METRO": "Métropole",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EpciShown:
    """An intercommunal body, counted inside the Département only; `sectors` are a proposal."""

    siren: str
    name: str
    kind: str
    communes: int
    population: int
    underserved: int
    straddles: bool
    sectors: list[str]


async def epci_shown(session: AsyncSession) -> list[EpciShown]:
    """The intercommunal bodies of today, the most populated in the Département first."""
    rows = await session.execute(_UNDERSERVED, {"below": UNDERSERVED_BELOW})
    underserved = {row.epci_siren: row.communes for row in rows}
    sectors = await territory.sectors(session)
    return [
        _shown(epci, underserved.get(epci.siren, 0), sectors)
        for epci in await territory.epci_list(session)
    ]


def _shown(epci: Epci, underserved: int, sectors: list[Sector]) -> EpciShown:
    return EpciShown(
        siren=epci.siren,
        name=epci.name,
        kind=_KINDS.get(epci.kind, epci.kind),
        communes=epci.communes_in_department,
        population=epci.population_in_department,
        underserved=underserved,
        straddles=epci.population != epci.population_in_department,
        sectors=[
            sector.name
            for sector in sectors
            if any(part.epci_siren == epci.siren for part in sector.parts)
        ],
    )


async def sectors_shown(session: AsyncSession) -> list[Sector]:
    """The sectors, the most populated first; each says whether it is a hypothesis."""
    found = await territory.sectors(session)
    return sorted(found, key=lambda sector: -sector.population)
