"""Everything a person's page shows beside the story."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.person import CHANNEL_WORDS, Channel
from services.prospection.domain.refusals import PersonUnknown
from services.prospection.persistence.persons import IDS
from services.prospection.queries.people import RoleShown, roles_of

_ROWS = text(
    """
    SELECT p.id, p.canonical_id, p.source, p.channel, p.last_name, p.first_name, p.email, p.phone,
        p.details, p.restricted_at, p.erased_at, p.met_at, m.title AS mission, m.id AS mission_id,
        m.starts_on AS mission_on
    FROM person p LEFT JOIN mission m ON m.id = p.mission_id
    WHERE p.canonical_id = (SELECT canonical_id FROM person WHERE id = :person_id)
    ORDER BY p.id <> p.canonical_id, p.met_at, p.id
    """
)
_DOUBTS = text(
    """
    SELECT id, state, rule, first_id, second_id FROM doubt
    WHERE state IN ('open', 'same') AND (first_id = ANY(:ids) OR second_id = ANY(:ids))
    ORDER BY opened_at, id
    """
).bindparams(bindparam("ids", type_=IDS))
_FIRST_TIMES = text(
    """
    SELECT kind, min(happened_at) AS at FROM timeline_line
    WHERE person_id = ANY(:ids) AND kind = ANY(CAST(:kinds AS text[])) GROUP BY kind
    """
).bindparams(bindparam("ids", type_=IDS))

PARIS = ZoneInfo("Europe/Paris")

# The journey as a line of milestones, each proved by the first line of its kind.
MILESTONES = (
    ("Rencontre", ("prospection.person.met.v1",)),
    (
        "Venue à une rencontre",
        ("events.registration.confirmed.v1", "events.registration.waitlisted.v1"),
    ),
    ("Recherche d'un logement", ("logement.request.opened.v1",)),
    ("Logement trouvé", ("logement.stay.booked.v1",)),
)
SOURCES = {
    "prospection": "la prospection",
    "events": "une inscription",
    "logement": "une demande de logement",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One of the files that stand for this person; `doubt_id` unties it."""

    id: UUID
    name: str
    email: str | None
    phone: str | None
    source: str
    met_at: datetime
    doubt_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A step of the journey; `at` proves it."""

    label: str
    at: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSheet:
    """A person, as the page and the API show them."""

    id: UUID
    last_name: str
    first_name: str
    email: str | None
    phone: str | None
    details: dict[str, Any]
    restricted_at: datetime | None
    erased_at: datetime | None
    met: str
    met_at: datetime
    met_on: date
    mission_id: UUID | None
    mission: str | None
    roles: list[RoleShown]
    files: list[FileRow]
    open_doubts: list[UUID]
    milestones: list[Milestone]

    @property
    def name(self) -> str:
        """First name then surname."""
        return f"{self.first_name} {self.last_name}".strip() or "Personne effacée"

    @property
    def contact_words(self) -> list[str]:
        """What may be sent, in plain words."""
        return contact_words(
            email=self.email,
            restricted=self.restricted_at is not None,
            accepts=self.details.get("accepts_email"),
        )


def contact_words(*, email: str | None, restricted: bool, accepts: bool | None) -> list[str]:
    """What may be sent to somebody, and on what ground. Source: RGPD, art. 6 and 18."""
    if restricted:
        return ["Aucun message : le traitement des données est limité à la demande de la personne."]
    if not email:
        return ["Ne peut recevoir aucun e-mail : aucune adresse n'est connue."]
    asked = "Peut recevoir : les e-mails liés à ses inscriptions et à ses demandes."
    if accepts is True:
        return [asked, "Accepte aussi de recevoir les invitations par e-mail."]
    if accepts is False:
        return [asked, "A refusé les autres e-mails : ne pas envoyer d'invitation."]
    return [asked, "Pas d'autre e-mail : aucun accord n'est enregistré."]


async def person_sheet(session: AsyncSession, person_id: UUID) -> PersonSheet:
    """The person this id stands for. Raises PersonUnknown."""
    rows = (await session.execute(_ROWS, {"person_id": person_id})).all()
    if not rows:
        raise PersonUnknown
    main, ids = rows[0], [row.id for row in rows]
    doubts = (await session.execute(_DOUBTS, {"ids": ids})).all()
    roles = await roles_of(session, [main.canonical_id])
    met_on = main.mission_on or main.met_at.astimezone(PARIS).date()
    return PersonSheet(
        id=main.id,
        last_name=main.last_name,
        first_name=main.first_name,
        email=_first(rows, "email"),
        phone=_first(rows, "phone"),
        details=_details(rows),
        restricted_at=_first(rows, "restricted_at"),
        erased_at=main.erased_at,
        met=CHANNEL_WORDS[Channel(main.channel)],
        met_at=main.met_at,
        met_on=met_on,
        mission_id=main.mission_id,
        mission=main.mission,
        roles=roles.get(main.canonical_id, []),
        files=[_file(row, doubts) for row in rows],
        open_doubts=[doubt.id for doubt in doubts if doubt.state == "open"],
        milestones=await _milestones(session, ids, met_on),
    )


def _first(rows: Any, name: str) -> Any:
    return next((value for row in rows if (value := getattr(row, name)) is not None), None)


def _details(rows: Any) -> dict[str, Any]:
    """What all files say, the main one first; a refusal of e-mails in any of them wins."""
    merged: dict[str, Any] = {}
    for row in rows:
        merged = row.details | merged
    if any(row.details.get("accepts_email") is False for row in rows):
        merged["accepts_email"] = False
    return merged


def _file(row: Any, doubts: Any) -> FileRow:
    tie = next(
        (d.id for d in doubts if d.state == "same" and row.id in {d.first_id, d.second_id}), None
    )
    return FileRow(
        id=row.id,
        name=f"{row.first_name} {row.last_name}".strip() or "Fiche effacée",
        email=row.email,
        phone=row.phone,
        source=SOURCES.get(row.source, row.source),
        met_at=row.met_at,
        doubt_id=tie,
    )


async def _milestones(session: AsyncSession, ids: list[UUID], met_on: date) -> list[Milestone]:
    kinds = [kind for _, several in MILESTONES for kind in several]
    rows = await session.execute(_FIRST_TIMES, {"ids": ids, "kinds": kinds})
    first = {row.kind: row.at.astimezone(PARIS).date() for row in rows}
    first["prospection.person.met.v1"] = met_on
    return [
        Milestone(
            label=label, at=min((first[kind] for kind in several if kind in first), default=None)
        )
        for label, several in MILESTONES
    ]
