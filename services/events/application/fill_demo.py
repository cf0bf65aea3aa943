"""Invented evenings and people for a laptop, made by the real use cases."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.application.plan_event import plan_event
from services.events.application.plan_zoom import PlanZoom, plan_zoom
from services.events.application.publish_event import publish_event
from services.events.application.register_person import RegisterPerson, register_person
from services.events.domain.answers import read_answers
from services.events.domain.moments import PARIS
from services.events.domain.plan import EventPlan
from services.events.persistence import events
from shared.persistence.folding import fold


@dataclass(frozen=True, slots=True)
class _Evening:
    title: str
    place: str
    address: str
    commune: str
    capacity: int
    weeks_after_semester: int


_EVENINGS = (
    _Evening(
        "Soirée d’accueil du Vendômois", "Salle des fêtes", "Rue de la Minoterie", "41269", 60, 2
    ),
    _Evening("Soirée d’accueil du Romorantinais", "La Pyramide", "Avenue de Paris", "41194", 40, 3),
)
_PEOPLE = (
    ("Camille", "Aubertin", "interne"),
    ("Noé", "Brisset-Laval", "externe"),
    ("Inès", "Chantôme", "interne"),
    ("Hugo", "Delaroue", "docteur_junior"),
    ("Maëlys", "Estevenin", "etudiant_paramedical"),
    ("Yanis", "Fontenelle", "interne"),
    ("Apolline", "Garandeau", "remplacant"),
    ("Idriss", "Hautefeuille", "interne"),
    ("Louise", "d’Illiers-Moreau", "installe"),
    ("Tom", "Jourdanneau", "externe"),
    ("Salomé", "Kerbiriou", "interne"),
    ("Éloi", "Lavaudran", "autre"),
)
_DESCRIPTION = (
    "Un moment pour rencontrer les maîtres de stage, les professionnels de santé et les élus du "
    "territoire, autour d’un buffet. Venez comme vous êtes."
)


async def fill_demo(session: AsyncSession, now: datetime) -> None:
    """Two evenings, one zoom, a dozen registrations; nothing when there is an event already."""
    if await events.any_event(session):
        return
    ids = [await _evening(session, evening, now) for evening in _EVENINGS]
    await _zoom(session, ids[0], _starts_at(_EVENINGS[0], now), now)
    for rank, (first_name, last_name, profile) in enumerate(_PEOPLE):
        event_id = ids[0] if rank < 9 else ids[1]
        await _register(session, event_id, (first_name, last_name, profile), now)


def _starts_at(evening: _Evening, now: datetime) -> datetime:
    """A Thursday at 19:00 soon after the next semester of internships starts (May, November)."""
    local = now.astimezone(PARIS)
    starts = [
        datetime(year, month, 2, 19, tzinfo=PARIS)
        for year in (local.year, local.year + 1)
        for month in (5, 11)
    ]
    semester = next(start for start in starts if start > local)
    thursday = semester + timedelta(days=(3 - semester.weekday()) % 7)
    return thursday + timedelta(weeks=evening.weeks_after_semester)


async def _evening(session: AsyncSession, evening: _Evening, now: datetime) -> UUID:
    starts_at = _starts_at(evening, now)
    event_id = await plan_event(
        session,
        EventPlan(
            kind="soiree_accueil",
            title=evening.title,
            description=_DESCRIPTION,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=3),
            place=evening.place,
            address=evening.address,
            commune=evening.commune,
            contact_email="soirees@ancrage.test",
            capacity=evening.capacity,
            waiting_list=True,
        ),
        now=now,
    )
    await publish_event(session, event_id, now=now)
    return event_id


async def _zoom(session: AsyncSession, event_id: UUID, starts_at: datetime, now: datetime) -> None:
    await plan_zoom(
        session,
        PlanZoom(
            event_id=event_id,
            commune="41149",
            last_name="Vaucelles",
            first_name="Mathilde",
            email="mathilde.vaucelles@mairie.test",
            function="Maire",
            title="Vivre et exercer à Montoire-sur-le-Loir",
            starts_at=starts_at + timedelta(minutes=45),
            minutes=20,
        ),
        now=now,
    )


async def _register(
    session: AsyncSession, event_id: UUID, person: tuple[str, str, str], now: datetime
) -> None:
    first_name, last_name, profile = person
    address = f"{fold(first_name)}.{fold(last_name)}".replace(" ", "-")
    await register_person(
        session,
        RegisterPerson(
            event_id=event_id,
            key=str(uuid5(NAMESPACE_URL, f"demo:{event_id}:{last_name}")),
            answers=read_answers(
                {
                    "first_name": first_name,
                    "last_name": last_name,
                    "email": f"{address}@etudiant.test",
                    "profile": profile,
                },
                consent=profile != "autre",
            ),
            notice_version=1,
        ),
        now=now,
    )
