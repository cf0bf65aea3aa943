"""The integration event: what one service tells the others once something has happened."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, PlainSerializer


def _to_utc(value: datetime) -> datetime:
    from datetime import UTC

    return value.astimezone(UTC)


Instant = Annotated[
    AwareDatetime,
    AfterValidator(_to_utc),
    PlainSerializer(lambda value: value.isoformat(), return_type=str, when_used="json"),
]
"""A moment, always stored and sent in UTC."""


class Origin(StrEnum):
    """Whether it happens now, or is imported history that must never cause a message."""

    LIVE = "live"
    REPRISE = "reprise"


class IntegrationEvent(BaseModel):
    """Something that happened, in the past tense; ids and public facts only.

    `subject` is `<service>.<aggregate>.<what-happened>.v<major>` and is written once, on the
    class. `aggregate_field` names the field that holds the aggregate's id: versions are
    contiguous per (aggregate, id). Strict when written (`extra="forbid"`), lenient when read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: ClassVar[str]
    aggregate_field: ClassVar[str]

    occurred_at: Instant
    origin: Origin = Origin.LIVE

    @classmethod
    def speaker(cls) -> str:
        """The service that says it."""
        return cls.subject.split(".")[0]

    @classmethod
    def aggregate(cls) -> str:
        """The kind of thing it is about."""
        return cls.subject.split(".")[1]

    @property
    def aggregate_id(self) -> UUID:
        """The id of the thing it is about."""
        value = getattr(self, self.aggregate_field)
        if not isinstance(value, UUID):
            raise TypeError(f"{type(self).__name__}.{self.aggregate_field} is not a UUID")
        return value

    @classmethod
    def read(cls, payload: bytes) -> Self:
        """Parse what was received, ignoring fields added since this reader was deployed."""
        return cls.model_validate_json(payload, extra="ignore")
