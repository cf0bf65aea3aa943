"""« Aujourd'hui »: what waits for somebody, and what happened since yesterday."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.queries.timeline import COLUMNS, JOINS, StoryLine, line_of

PARIS = ZoneInfo("Europe/Paris")
MOST_PERSONS = 8

# Who came in by a file is counted with the file, not listed one by one.
_RECENT = text(
    f"""
    SELECT {COLUMNS}, c.id AS canonical_id, c.last_name, c.first_name
    FROM {JOINS}
    JOIN person p ON p.id = t.person_id JOIN person c ON c.id = p.canonical_id
    WHERE t.happened_at >= :since AND t.facts ->> 'import_id' IS NULL
        AND t.kind <> 'prospection.person.resolved.v1'
    ORDER BY t.happened_at DESC, t.event_id DESC LIMIT 200
    """  # noqa: S608 - our own words
)
_IMPORTS = text(
    """
    SELECT b.id, m.title, b.created, b.updated, b.confirmed_at AS at
    FROM import_batch b JOIN mission m ON m.id = b.mission_id
    WHERE b.state = 'done' AND b.confirmed_at >= :since ORDER BY b.confirmed_at DESC
    """
)
_EVENINGS = text(
    """
    SELECT e.event_id, e.title, e.starts_at, e.place, e.capacity,
        count(r.registration_id) FILTER (WHERE r.state = 'confirmed') AS confirmed,
        count(r.registration_id) FILTER (WHERE r.state = 'waitlisted') AS waitlisted
    FROM known_event e LEFT JOIN known_registration r ON r.event_id = e.event_id
    WHERE NOT e.cancelled AND e.ends_at > :now
    GROUP BY e.event_id ORDER BY e.starts_at LIMIT 3
    """
)
_REQUESTS = text(
    """
    SELECT q.request_id, q.starts_on, q.ends_on, q.opened_at, c.id AS person_id,
        coalesce(nullif(trim(c.first_name || ' ' || c.last_name), ''), 'Une personne') AS name,
        coalesce(t.name, q.placement_commune) AS commune
    FROM known_request q
    LEFT JOIN person p ON p.id = q.person_id LEFT JOIN person c ON c.id = p.canonical_id
    LEFT JOIN territory_commune t ON t.code = q.placement_commune
    WHERE q.state = 'open' ORDER BY q.starts_on, q.opened_at LIMIT 6
    """
)
_FAILED = text(
    f"""
    SELECT {COLUMNS}, c.id AS canonical_id, c.last_name, c.first_name
    FROM {JOINS}
    LEFT JOIN person p ON p.id = t.person_id LEFT JOIN person c ON c.id = p.canonical_id
    WHERE t.kind = 'notifications.message.failed.v1' AND t.happened_at >= :since
        AND NOT EXISTS (SELECT 1 FROM timeline_line s WHERE s.person_id = t.person_id
            AND s.kind = 'notifications.message.sent.v1' AND s.happened_at > t.happened_at
            AND s.facts ->> 'message_id' = t.facts ->> 'message_id')
    ORDER BY t.happened_at DESC LIMIT 6
    """  # noqa: S608 - our own words
)


@dataclass(slots=True, kw_only=True)
class PersonNews:
    """What happened to one person."""

    id: UUID | None
    name: str
    lines: list[StoryLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportNews:
    """A file that was confirmed."""

    id: UUID
    title: str
    created: int
    updated: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """An evening to come, and its seats."""

    event_id: UUID
    title: str
    starts_at: datetime
    place: str
    capacity: int
    confirmed: int
    waitlisted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """Somebody still looks for a home."""

    request_id: UUID
    person_id: UUID | None
    name: str
    commune: str
    starts_on: date
    ends_on: date
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The home page."""

    since: datetime
    people: list[PersonNews]
    imports: list[ImportNews]
    evenings: list[Evening]
    requests: list[OpenRequest]
    failed: list[PersonNews]


async def today(session: AsyncSession, *, now: datetime) -> Today:
    """What waits, and what happened since yesterday morning (Paris time)."""
    yesterday = now.astimezone(PARIS).date() - timedelta(days=1)
    since = datetime.combine(yesterday, time.min, PARIS)
    recent = await session.execute(_RECENT, {"since": since})
    people = _grouped([(_news(row), line_of(row)) for row in recent])
    failed = await session.execute(_FAILED, {"since": now - timedelta(days=14)})
    failures = [(_news(row), line_of(row)) for row in failed]
    imports = await session.execute(_IMPORTS, {"since": since})
    evenings = await session.execute(_EVENINGS, {"now": now})
    requests = await session.execute(_REQUESTS)
    return Today(
        since=since,
        people=people[:MOST_PERSONS],
        imports=[ImportNews(**row._mapping) for row in imports],  # noqa: SLF001 - public
        evenings=[Evening(**row._mapping) for row in evenings],  # noqa: SLF001 - public
        requests=[OpenRequest(**row._mapping) for row in requests],  # noqa: SLF001 - public
        failed=_grouped(failures),
    )


def _news(row: object) -> PersonNews:
    first, last = getattr(row, "first_name", None), getattr(row, "last_name", None)
    name = f"{first or ''} {last or ''}".strip() or "Une personne"
    return PersonNews(id=getattr(row, "canonical_id", None), name=name)


def _grouped(news: list[tuple[PersonNews, StoryLine]]) -> list[PersonNews]:
    """The lines by person, whoever had the latest news first."""
    grouped: dict[UUID | None, PersonNews] = {}
    for person, line in news:
        grouped.setdefault(person.id, person).lines.append(line)
    return list(grouped.values())
