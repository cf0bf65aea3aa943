"""Somebody asks for a home, alone on the public page or with staff."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlmodel.ext.asyncio.session import AsyncSession

from services.logement.domain.applicant import Applicant
from services.logement.domain.periods import checked
from services.logement.domain.refusals import SameKeyOtherAnswers
from services.logement.domain.request import HousingRequest
from services.logement.persistence import applicants, communes, requests
from shared.contracts.logement.v1 import RequestOpened
from shared.messaging import cards, outbox


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """The answers of the form; budget in euro cents per month, period `[starts_on, ends_on[`."""

    first_name: str
    last_name: str
    email: str
    placement_commune: str
    starts_on: date
    ends_on: date
    budget_cents: int
    has_car: bool
    household_size: int
    phone: str | None = None
    children: int = 0
    needs_accessible: bool = False
    notes: str = ""
    consent_news: bool = False

    def digest(self) -> str:
        """What tells two different sets of answers apart."""
        return sha256(repr(sorted(asdict(self).items())).encode()).hexdigest()


async def open_request(
    session: AsyncSession, ask: Ask, *, idempotency_key: str | None = None, now: datetime
) -> HousingRequest:
    """Open the request, once: the same key, or the same ask still waiting, gives it back.

    Raises Invalid (dates, commune) and SameKeyOtherAnswers.
    """
    checked(ask.starts_on, ask.ends_on, start_field="starts_on", end_field="ends_on")
    if idempotency_key and (known := await requests.by_key(session, idempotency_key)):
        if known.idempotency_digest != ask.digest():
            raise SameKeyOtherAnswers
        return known
    request = await _request(session, ask, now)
    request.idempotency_key = idempotency_key
    if same := await requests.same_ask(session, request):
        return same
    session.add(request)
    await session.flush()
    await _say(session, request, now)
    return request


async def _request(session: AsyncSession, ask: Ask, now: datetime) -> HousingRequest:
    commune = await communes.known(session, ask.placement_commune, field="placement_commune")
    given = Applicant(
        first_name=ask.first_name,
        last_name=ask.last_name,
        email=ask.email,
        phone=ask.phone,
        email_key="",
        name_key="",
        created_at=now,
    )
    applicant = await applicants.same_or_new(session, given, now)
    return HousingRequest(
        person_id=applicant.person_id,
        placement_commune=commune.code,
        placement_name=commune.name,
        lat=commune.lat,
        lon=commune.lon,
        idempotency_digest=ask.digest(),
        state_since=now,
        created_at=now,
        **{name: getattr(ask, name) for name in _PLAIN},
    )


_PLAIN = (
    "starts_on",
    "ends_on",
    "budget_cents",
    "has_car",
    "household_size",
    "children",
    "needs_accessible",
    "notes",
    "consent_news",
)


async def _say(session: AsyncSession, request: HousingRequest, now: datetime) -> None:
    await outbox.publish(
        session,
        RequestOpened(
            occurred_at=now,
            request_id=request.id,
            person_id=request.person_id,
            card_version=await cards.mark(session, request.person_id),
            placement_commune=request.placement_commune,
            starts_on=request.starts_on,
            ends_on=request.ends_on,
            household_size=request.household_size,
            link_epoch=request.link_epoch,
        ),
    )
