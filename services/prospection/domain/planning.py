"""The dry run inside the file: the same person twice is one person, look-alikes are asked."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.prospection.domain.contact_line import ContactLine, RefusedLine
from services.prospection.domain.importing import LineState
from services.prospection.domain.likeness import Likeness
from shared.persistence.folding import fold
from shared.persistence.tables import uuid7

_DETAILS = (
    "profession",
    "specialty",
    "year",
    "school",
    "city",
    "postal_code",
    "notes",
    "accepts_email",
)


@dataclass(slots=True, kw_only=True)
class PlannedLine:
    """What the file says of one line, before anything known is looked at."""

    line: int
    state: LineState
    reason: str | None = None
    last_name: str | None = None
    first_name: str | None = None
    last_key: str = ""
    first_key: str = ""
    email: str | None = None
    email_key: str | None = None
    phone: str | None = None
    role: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    met_on: date | None = None
    person_id: UUID = field(default_factory=uuid7)
    same_line: int | None = None

    @property
    def name(self) -> tuple[str, str]:
        """Folded surname and first name."""
        return self.last_key, self.first_key


class _Seen:
    """The lines kept so far, found by what makes two lines resemble; each look-up is one step."""

    def __init__(self) -> None:
        self.exact: dict[tuple[str, str, str], PlannedLine] = {}
        self.by_email: dict[str, PlannedLine] = {}
        self.by_name: dict[tuple[str, str], PlannedLine] = {}
        self.by_name_without_email: dict[tuple[str, str], PlannedLine] = {}
        self.by_name_and_phone: dict[tuple[str, str, str], PlannedLine] = {}

    def keep(self, line: PlannedLine) -> None:
        if line.email_key is not None:
            self.exact.setdefault((*line.name, line.email_key), line)
            self.by_email.setdefault(line.email_key, line)
        else:
            self.by_name_without_email.setdefault(line.name, line)
        if line.phone is not None:
            self.by_name_and_phone.setdefault((*line.name, line.phone), line)
        self.by_name.setdefault(line.name, line)

    def twin(self, line: PlannedLine) -> PlannedLine | None:
        """The earlier line that is the same person without any doubt, inside one file."""
        if line.email_key is not None:
            found = self.exact.get((*line.name, line.email_key))
            if found is not None:
                return found
        if line.phone is not None:
            found = self.by_name_and_phone.get((*line.name, line.phone))
            if found is not None and not (found.email_key and line.email_key):
                return found
        elif line.email_key is None:
            found = self.by_name_without_email.get(line.name)
            if found is not None and found.phone is None:
                return found
        return None

    def alike(self, line: PlannedLine) -> tuple[PlannedLine, Likeness] | None:
        """The earlier line that may be the same person, and why."""
        if line.email_key is not None and line.email_key in self.by_email:
            return self.by_email[line.email_key], Likeness.SAME_EMAIL
        if line.phone is not None and (*line.name, line.phone) in self.by_name_and_phone:
            return self.by_name_and_phone[*line.name, line.phone], Likeness.SAME_PHONE
        found = (
            self.by_name.get(line.name)
            if line.email_key is None
            else self.by_name_without_email.get(line.name)
        )
        return (found, Likeness.NO_EMAIL) if found is not None else None


def plan(lines: Iterable[ContactLine | RefusedLine]) -> list[PlannedLine]:
    """Every line once, in the order of the file: to create, refused, in double or in doubt.

    Two homonyms with an e-mail each are two persons: in a list of hundreds they exist.
    """
    seen = _Seen()
    return [_placed(_planned(line), seen) for line in lines]


def _placed(line: PlannedLine, seen: _Seen) -> PlannedLine:
    if line.state is LineState.REFUSED:
        return line
    twin = seen.twin(line)
    if twin is not None:
        _merge(twin, line)
        seen.keep(twin)
        line.state, line.same_line = LineState.DUPLICATE, twin.line
        return line
    alike = seen.alike(line)
    if alike is not None:
        line.state, line.same_line = LineState.DOUBT, alike[0].line
        line.reason = alike[1].value
    seen.keep(line)
    return line


def _merge(kept: PlannedLine, other: PlannedLine) -> None:
    """What the second line adds fills the blanks of the first; a refusal of e-mails always wins."""
    refuses = False in (kept.details.get("accepts_email"), other.details.get("accepts_email"))
    kept.details = other.details | kept.details
    if refuses:
        kept.details["accepts_email"] = False
    kept.phone = kept.phone or other.phone
    kept.role = kept.role or other.role
    kept.met_on = kept.met_on or other.met_on
    if kept.email_key is None:
        kept.email, kept.email_key = other.email, other.email_key


def _planned(line: ContactLine | RefusedLine) -> PlannedLine:
    if isinstance(line, RefusedLine):
        return PlannedLine(line=line.line, state=LineState.REFUSED, reason=" ".join(line.reasons))
    return PlannedLine(
        line=line.line,
        state=LineState.CREATE,
        last_name=line.last_name,
        first_name=line.first_name,
        last_key=fold(line.last_name),
        first_key=fold(line.first_name),
        email=line.email,
        email_key=line.email_key,
        phone=line.phone,
        role=line.role,
        details=_details(line),
        met_on=line.met_on,
    )


def _details(line: ContactLine) -> dict[str, Any]:
    found = {name: getattr(line, name) for name in _DETAILS}
    kept = {name: value for name, value in found.items() if value is not None}
    if line.warnings:
        kept["warnings"] = list(line.warnings)
    return kept
