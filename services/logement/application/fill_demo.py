"""Invented homes and requests for a laptop, through the same use cases as the pages."""

from datetime import date, datetime, timedelta

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.application.add_dwelling import DwellingFacts, add_dwelling
from services.logement.application.open_request import Ask, open_request
from services.logement.application.publish_offer import OfferTerms, publish_offer
from services.logement.domain.dwelling import Dwelling, DwellingKind
from services.logement.domain.periods import add_months

_ROOM, _STUDIO = DwellingKind.ROOM, DwellingKind.STUDIO
_FLAT, _HOUSE = DwellingKind.FLAT, DwellingKind.HOUSE

# title, INSEE code, kind, m², sleeps, rent in euros, energy class, furnished, accessible, transport
_HOMES = (
    ("Studio près de la gare", "41269", _STUDIO, 24, 1, 390, "C", True, False, True),
    ("Chambre chez Mme Fictive", "41269", _ROOM, 14, 1, 260, "D", True, False, True),
    ("Appartement du centre", "41269", _FLAT, 46, 3, 520, "C", True, True, True),
    ("Studio du bourg", "41143", _STUDIO, 22, 1, 330, "D", True, False, False),
    ("Maison du Perche", "41143", _HOUSE, 78, 5, 560, "E", True, True, False),
    ("Chambre à l'internat de l'hôpital", "41018", _ROOM, 12, 1, 180, "B", True, True, True),
    ("Deux-pièces au bord de la Loire", "41018", _FLAT, 38, 2, 545, "C", True, False, True),
    ("Appartement non meublé", "41018", _FLAT, 52, 3, 490, "D", False, False, True),
    ("Studio des étangs", "41194", _STUDIO, 26, 2, 370, "F", True, False, True),
    ("Chambre en colocation", "41194", _ROOM, 13, 1, 240, "C", True, False, False),
)


async def fill_demo(session: AsyncSession, now: datetime) -> None:
    """Ten homes and two requests; does nothing once there is a home."""
    if (await session.exec(select(Dwelling.id).limit(1))).first():
        return
    starts = date(now.year, now.month, 1)
    for home in _HOMES:
        await _offer(session, home, starts, now)
    arrival = add_months(starts, 2) + timedelta(days=1)
    for ask in _asks(arrival):
        await open_request(session, ask, now=now)


async def _offer(
    session: AsyncSession,
    home: tuple[str, str, DwellingKind, int, int, int, str, bool, bool, bool],
    starts: date,
    now: datetime,
) -> None:
    title, commune, kind, surface, sleeps, rent, dpe, furnished, accessible, transport = home
    facts = DwellingFacts(
        title=title,
        commune=commune,
        kind=kind,
        surface_m2=surface,
        sleeps=sleeps,
        rooms=max(1, sleeps - 1),
        dpe=dpe,
        furnished=furnished,
        accessible=accessible,
        transport_near=transport,
        address="12 rue de l'Exemple",
        owner_name="Propriétaire fictif",
        owner_contact="proprietaire@exemple.fr",
    )
    dwelling = await add_dwelling(session, facts, now=now)
    terms = OfferTerms(
        available_from=starts, available_to=add_months(starts, 18), rent_cents=rent * 100
    )
    await publish_offer(session, dwelling.id, terms, now=now)


def _asks(arrival: date) -> tuple[Ask, ...]:
    """Two invented people with a six-month placement."""
    departure = add_months(arrival, 6)
    return (
        Ask(
            first_name="Hugo",
            last_name="Petit",
            email="hugo.petit@exemple.fr",
            phone="+33639980034",
            placement_commune="41143",
            starts_on=arrival,
            ends_on=departure,
            budget_cents=42_000,
            has_car=True,
            household_size=1,
        ),
        Ask(
            first_name="Salomé",
            last_name="Diallo-Bernard",
            email="salome.diallo-bernard@exemple.fr",
            placement_commune="41018",
            starts_on=arrival,
            ends_on=departure,
            budget_cents=55_000,
            has_car=False,
            household_size=2,
        ),
    )
