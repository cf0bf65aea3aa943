"""What somebody answers to register: six questions, each read and refused one by one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from services.events.domain.contact import Email, clean_email, clean_name, clean_phone
from services.events.domain.registration import Profile
from shared.contracts.refusal import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The six answers, read. `consent` covers the optional purposes only."""

    first_name: str
    last_name: str
    email: Email
    phone: str | None
    profile: Profile
    consent: bool


class InvalidAnswers(Invalid):
    """At least one answer is refused; `errors` has a sentence for each field in fault."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        field, reason = next(iter(errors.items()))
        super().__init__(reason, field=field)


def _profile(typed: str) -> Profile:
    try:
        return Profile(typed)
    except ValueError as error:
        raise Invalid("Indiquez votre profil.", field="profile") from error


_READ: dict[str, Callable[[str], object]] = {
    "first_name": partial(clean_name, field="first_name"),
    "last_name": partial(clean_name, field="last_name"),
    "email": clean_email,
    "phone": clean_phone,
    "profile": _profile,
}


def read_answers(typed: Mapping[str, str], *, consent: bool) -> Answers:
    """The answers as typed, read. Raises `InvalidAnswers` with every sentence at once."""
    read: dict[str, object] = {}
    errors: dict[str, str] = {}
    for field, clean in _READ.items():
        try:
            read[field] = clean(typed.get(field, ""))
        except Invalid as refused:
            errors[field] = refused.reason
    if errors:
        raise InvalidAnswers(errors)
    return Answers(**read, consent=consent)  # type: ignore[arg-type]
