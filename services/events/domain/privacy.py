"""The information given when data is collected (RGPD art. 13), version by version."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Field

from services.events.domain.base import EventsTable


class PrivacyNotice(EventsTable, table=True):
    """One version of the notice, kept for ever: a registration says which one was shown."""

    __tablename__ = "privacy_notice"

    version: int = Field(primary_key=True)
    effective_on: date
    body: str

    def sections(self) -> "list[NoticeSection]":
        """Its titled parts: the body is written as `## title`, then paragraphs."""
        parts = [part for part in self.body.split("## ") if part.strip()]
        return [_section(part) for part in parts]


@dataclass(frozen=True, slots=True)
class NoticeSection:
    """One titled part of the notice."""

    title: str
    paragraphs: tuple[str, ...]


def _section(part: str) -> NoticeSection:
    title, _, rest = part.partition("\n")
    paragraphs = tuple(" ".join(text.split("\n")).strip() for text in rest.split("\n\n"))
    return NoticeSection(title.strip(), tuple(text for text in paragraphs if text))
