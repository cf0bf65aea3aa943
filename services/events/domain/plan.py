"""What staff say of an event when they plan or change it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from services.events.domain.contact import clean_email
from services.events.domain.moments import FIRST_YEAR, LAST_YEAR
from services.events.domain.texts import check_text
from shared.contracts.refusal import Invalid

LARGEST_CAPACITY = 5_000
LONGEST_EVENT = timedelta(days=3)
_LENGTHS = {"title": 200, "place": 200, "address": 300, "description": 5_000}
_NAMES = {
    "title": "Le titre",
    "place": "Le lieu",
    "address": "L’adresse",
    "description": "La présentation",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPlan:
    """The whole of what an event says; `commune` is an INSEE code, instants are aware."""

    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    commune: str
    capacity: int
    waiting_list: bool
    address: str = ""
    description: str = ""
    contact_email: str = ""

    def errors(self) -> dict[str, str]:
        """A sentence for each field that cannot be accepted; empty when all is well."""
        checks: dict[str, Callable[[], None]] = {
            **{field: partial(self._check_text, field) for field in _LENGTHS},
            "starts_at": self._check_start,
            "ends_at": self._check_times,
            "capacity": self._check_capacity,
            "contact_email": self._check_contact,
        }
        errors: dict[str, str] = {}
        for field, check in checks.items():
            try:
                check()
            except Invalid as refused:
                errors[field] = refused.reason
        return errors

    def _check_text(self, field: str) -> None:
        check_text(
            getattr(self, field),
            _NAMES[field],
            longest=_LENGTHS[field],
            field=field,
            required=field in ("title", "place"),
        )

    def _check_start(self) -> None:
        if not FIRST_YEAR <= self.starts_at.year <= LAST_YEAR:
            raise Invalid("L’année de cette date n’est pas plausible.", field="starts_at")

    def _check_times(self) -> None:
        if self.ends_at <= self.starts_at:
            raise Invalid("La fin doit venir après le début.", field="ends_at")
        if self.ends_at - self.starts_at > LONGEST_EVENT:
            raise Invalid("Un évènement dure trois jours au plus.", field="ends_at")

    def _check_capacity(self) -> None:
        if not 1 <= self.capacity <= LARGEST_CAPACITY:
            raise Invalid(
                f"Le nombre de places va de 1 à {LARGEST_CAPACITY}.",
                field="capacity",
            )

    def _check_contact(self) -> None:
        if self.contact_email.strip():
            clean_email(self.contact_email, "contact_email")


class InvalidPlan(Invalid):
    """At least one field of the plan is refused; `errors` has a sentence for each."""

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = dict(errors)
        field, reason = next(iter(errors.items()))
        super().__init__(reason, field=field)
