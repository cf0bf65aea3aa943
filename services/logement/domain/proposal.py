"""A proposal: one offer put to one household, that answers by link before a deadline."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import AutoString, Field

from services.logement.domain.base import LogementTable
from services.logement.domain.matching import Match
from services.logement.domain.periods import Period
from shared.persistence.tables import Json, UTCDateTime, uuid7

PARIS = ZoneInfo("Europe/Paris")
EVENING = time(20)


class ProposalState(StrEnum):
    """Where a proposal stands."""

    MADE = "made"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class CloseReason(StrEnum):
    """Why a proposal ended without a stay; the words of the contract."""

    PERSON = "person"
    TAKEN = "taken"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


PROPOSAL_LABELS = {
    ProposalState.MADE: "En attente de réponse",
    ProposalState.ACCEPTED: "Acceptée",
    ProposalState.DECLINED: "Refusée",
    ProposalState.EXPIRED: "Délai dépassé",
    ProposalState.WITHDRAWN: "Retirée",
}

_STATES = {
    CloseReason.PERSON: ProposalState.DECLINED,
    CloseReason.TAKEN: ProposalState.DECLINED,
    CloseReason.EXPIRED: ProposalState.EXPIRED,
    CloseReason.WITHDRAWN: ProposalState.WITHDRAWN,
}


class Proposal(LogementTable, table=True):
    """What was proposed, when it must be answered, and what the ranking said that day."""

    __tablename__ = "proposal"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    offer_id: UUID = Field(foreign_key="offer.id", index=True)
    dwelling_id: UUID = Field(foreign_key="dwelling.id", index=True)
    request_id: UUID = Field(foreign_key="request.id", index=True)
    person_id: UUID
    starts_on: date
    ends_on: date
    rent_cents: int
    state: ProposalState = Field(default=ProposalState.MADE, sa_type=AutoString)
    close_reason: CloseReason | None = Field(default=None, sa_type=AutoString)
    answer_by: datetime = Field(sa_type=UTCDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    link_epoch: int = 1
    snapshot: dict[str, Any] = Field(sa_type=Json)
    created_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def period(self) -> Period:
        """When the home would be theirs, the day of departure excluded."""
        return Period(self.starts_on, self.ends_on)

    @property
    def waiting(self) -> bool:
        """Whether an answer is still awaited."""
        return self.state == ProposalState.MADE

    @property
    def state_label(self) -> str:
        """The state in French; a home given to others is said as such."""
        if self.close_reason == CloseReason.TAKEN:
            return "Attribué à d'autres personnes"
        return PROPOSAL_LABELS[ProposalState(self.state)]

    def overdue(self, now: datetime) -> bool:
        """Whether the answer comes too late."""
        return self.waiting and now >= self.answer_by

    def accept(self, now: datetime) -> None:
        """The person said yes."""
        self.state = ProposalState.ACCEPTED
        self.answered_at = now

    def close(self, reason: CloseReason, now: datetime) -> None:
        """It ends without a stay."""
        self.state = _STATES[reason]
        self.close_reason = reason
        self.answered_at = now


def deadline(now: datetime, answer_days: int) -> datetime:
    """Until when a proposal made `now` may be answered: 20 h in Paris on the last day."""
    last_day = now.astimezone(PARIS).date() + timedelta(days=answer_days)
    return datetime.combine(last_day, EVENING, PARIS).astimezone(UTC)


def snapshot(match: Match) -> dict[str, Any]:
    """What the ranking said when the proposal was made, kept as evidence."""
    return {
        "score": match.score,
        "road_km": round(match.road_km, 1),
        "reasons": [
            {"criterion": str(r.criterion), "level": str(r.level), "sentence": r.sentence}
            for r in match.reasons
        ],
    }
