"""The `.ics` file of an event: what a calendar needs, in the time of Paris (RFC 5545)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.events.domain.moments import PARIS

PRODUCT = "-//Ancrage//Soirees//FR"

# The rule in force since 1996 (directive 2000/84/EC), as calendars expect it.
_VTIMEZONE = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """What a calendar shows; no name of anybody."""

    event_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    where: str
    description: str
    sequence: int
    cancelled: bool
    updated_at: datetime

    @property
    def uid(self) -> str:
        """The same for ever, so that a new version replaces the older one in calendars."""
        return f"{self.event_id}@events.ancrage"


def calendar_file(entry: CalendarEntry) -> bytes:
    """The file, with its `VTIMEZONE`, `SEQUENCE`, and `CANCEL` once the event is off."""
    from icalendar import Calendar, Event, Timezone

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if entry.cancelled else "PUBLISH")
    calendar.add_component(Timezone.from_ical(_VTIMEZONE))
    shown = Event()
    shown.add("uid", entry.uid)
    shown.add("dtstamp", entry.updated_at)
    shown.add("last-modified", entry.updated_at)
    shown.add("summary", entry.title)
    shown.add("dtstart", entry.starts_at.astimezone(PARIS))
    shown.add("dtend", entry.ends_at.astimezone(PARIS))
    shown.add("location", entry.where)
    if entry.description:
        shown.add("description", entry.description)
    shown.add("sequence", entry.sequence)
    shown.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    calendar.add_component(shown)
    return bytes(calendar.to_ical())
