"""The calendar file joined to a letter (RFC 5545), so that the evening enters the diary."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

_PARIS = "Europe/Paris"
_PRODUCT = "-//Ancrage//Evenements//FR"

# The rule of the European Union since 1996, as diaries expect it: short, and without an end.
_PARIS_RULES = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """What the diary shows; `sequence` grows with each change, `cancelled` takes it away."""

    event_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    where: str
    sequence: int
    cancelled: bool = False

    @property
    def method(self) -> str:
        """What the diary is asked to do."""
        return "CANCEL" if self.cancelled else "PUBLISH"


def calendar_file(
    appointment: Appointment, *, url: str, organizer: str, stamped_at: datetime
) -> bytes:
    """The file, in UTF-8, in the time of Paris with its time zone described inside.

    The UID is the same for every letter about one evening, so a change replaces the entry.
    """
    from icalendar import Calendar, Event, Timezone, vCalAddress

    paris = ZoneInfo(_PARIS)
    entry = Event()
    entry.add("uid", f"{appointment.event_id}@events.ancrage")
    entry.add("sequence", appointment.sequence)
    entry.add("dtstamp", stamped_at)
    entry.add("dtstart", appointment.starts_at.astimezone(paris))
    entry.add("dtend", appointment.ends_at.astimezone(paris))
    entry.add("summary", appointment.title)
    entry.add("location", appointment.where)
    entry.add("status", "CANCELLED" if appointment.cancelled else "CONFIRMED")
    entry.add("url", url)
    entry.add("organizer", vCalAddress(f"mailto:{organizer}"))
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", appointment.method)
    calendar.add_component(Timezone.from_ical(_PARIS_RULES.replace("\n", "\r\n")))
    calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content
