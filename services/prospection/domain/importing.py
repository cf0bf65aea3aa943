"""An import of contacts: a file, its dry run line by line, and what became of each line."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import JSON, Field, Index, LargeBinary

from services.prospection.domain.base import ProspectionTable
from shared.persistence.tables import UTCDateTime, uuid7


class ImportState(StrEnum):
    """The life of an import; nothing is written to persons before `writing`."""

    RECEIVED = "received"
    READY = "ready"
    WRITING = "writing"
    DONE = "done"
    CANCELLED = "cancelled"
    UNREADABLE = "unreadable"


class LineState(StrEnum):
    """What the dry run says of a line."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    DOUBT = "doubt"
    REFUSED = "refused"
    DUPLICATE = "duplicate"


LINE_WORDS = {
    LineState.CREATE: "À créer",
    LineState.UPDATE: "À mettre à jour",
    LineState.UNCHANGED: "Déjà à jour",
    LineState.DOUBT: "En doute",
    LineState.REFUSED: "Refusées",
    LineState.DUPLICATE: "En double dans le fichier",
}


class Decision(StrEnum):
    """What staff say of a line in doubt. Without an answer the person is created, in doubt."""

    CREATE = "create"
    SAME = "same"
    SKIP = "skip"


class ImportBatch(ProspectionTable, table=True):
    """One uploaded file. The content is dropped as soon as the import is over."""

    __tablename__ = "import_batch"
    __table_args__ = (Index("import_batch_by_mission", "mission_id"),)

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    mission_id: UUID = Field(foreign_key="mission.id")
    filename: str
    default_role: str
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    mapping: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    columns: list[Any] = Field(default_factory=list, sa_type=JSON)
    warnings: list[Any] = Field(default_factory=list, sa_type=JSON)
    state: str
    problem: str | None = None
    lines: int = 0
    written: int = 0
    created: int = 0
    updated: int = 0
    in_doubt: int = 0
    refused: int = 0
    cause: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    uploaded_by: UUID | None = None
    created_at: datetime = Field(sa_type=UTCDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ImportLine(ProspectionTable, table=True):
    """One line of the file, as read. `person_id` is whom it creates or updates."""

    __tablename__ = "import_line"
    __table_args__ = (Index("import_line_by_state", "import_id", "state", "line"),)

    import_id: UUID = Field(primary_key=True, foreign_key="import_batch.id")
    line: int = Field(primary_key=True)
    state: str
    reason: str | None = None
    last_name: str | None = None
    first_name: str | None = None
    last_key: str | None = None
    first_key: str | None = None
    email: str | None = None
    email_key: str | None = None
    phone: str | None = None
    role: str | None = None
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    met_on: date | None = None
    person_id: UUID | None = None
    like_id: UUID | None = None
    same_line: int | None = None
    decision: str | None = None
    written: bool = False
