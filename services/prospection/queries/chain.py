"""From the first gesture to the last message: who caused what, across the services."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.refusals import ChainUnknown
from services.prospection.queries.actions import action_words, event_words
from services.prospection.queries.sentences import Known, compose
from shared.ui.filters import NBSP

MOST_NODES = 200

_ASKED = text("SELECT correlation_id FROM envelope WHERE event_id = :event_id")
# The asked event and its own consequences come first, so that a chain of thousands shows them.
_NODES = text(
    """
    SELECT v.event_id, v.type, v.speaker, v.time, v.causation_id, v.action, v.recorded_at,
        t.person_id, t.facts, t.kind, e.title, e.starts_at,
        coalesce(e.cancelled, false) AS cancelled, m.title AS mission
    FROM envelope v
    LEFT JOIN LATERAL (SELECT * FROM timeline_line l WHERE l.event_id = v.event_id
        ORDER BY l.person_id LIMIT 1) t ON true
    LEFT JOIN known_event e ON e.event_id = CAST(t.facts ->> 'event_id' AS uuid)
    LEFT JOIN mission m ON m.id = CAST(t.facts ->> 'mission_id' AS uuid)
    WHERE v.correlation_id = :correlation_id
    ORDER BY v.event_id <> :event_id AND v.causation_id <> :event_id, v.time, v.event_id
    LIMIT :most
    """
)
_COUNT = text("SELECT count(*) FROM envelope WHERE correlation_id = :correlation_id")

_STATES = {"failed": "echec", "cancelled": "annule", "declined": "annule"}


@dataclass(slots=True, kw_only=True)
class Node:
    """One event of the chain, and what followed from it."""

    event_id: UUID
    type: str
    service: str
    at: datetime
    heard_at: datetime
    causation_id: UUID | None
    title: str
    state: str
    person_id: UUID | None
    asked: bool
    delay: str = ""
    children: list["Node"] = field(default_factory=list)

    @property
    def url(self) -> str | None:
        """The person whose story it belongs to."""
        return f"/prospection/personnes/{self.person_id}" if self.person_id else None

    @property
    def detail(self) -> str:
        """Which line was asked about."""
        return "La ligne d'où vous venez" if self.asked else ""

    @property
    def kind(self) -> str:
        """No drawing of its own: the state's."""
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The whole chain: the gesture, then events as a tree; `others` were left out."""

    correlation_id: UUID
    action: str
    action_words: str
    service: str
    started_at: datetime
    nodes: list[Node]
    roots: list[Node]
    others: int


async def chain(session: AsyncSession, event_id: UUID) -> Chain:
    """What led to this event and what followed from the same gesture. Raises ChainUnknown."""
    correlation_id = await session.scalar(_ASKED, {"event_id": event_id})
    if correlation_id is None:
        raise ChainUnknown
    where = {"correlation_id": correlation_id}
    rows = (await session.execute(_NODES, where | {"event_id": event_id, "most": MOST_NODES})).all()
    total = int(await session.scalar(_COUNT, where) or 0)
    first = min(rows, key=lambda row: (row.causation_id != correlation_id, row.time))
    nodes = sorted((_node(row, event_id) for row in rows), key=lambda n: (n.at, n.event_id))
    return Chain(
        correlation_id=correlation_id,
        action=first.action or "",
        action_words=action_words(first.action or ""),
        service=first.speaker,
        started_at=min(node.at for node in nodes),
        nodes=nodes,
        roots=_planted(nodes),
        others=total - len(nodes),
    )


def _node(row: Any, asked: UUID) -> Node:
    title = event_words(row.type)
    if row.kind is not None:
        known = Known(
            title=row.title, starts_at=row.starts_at, cancelled=row.cancelled, mission=row.mission
        )
        title = compose(row.kind, row.facts, known).sentence
    return Node(
        event_id=row.event_id,
        type=row.type,
        service=row.speaker,
        at=row.time,
        heard_at=row.recorded_at,
        causation_id=row.causation_id,
        title=title,
        state=_STATES.get(row.type.split(".")[2], "fait"),
        person_id=row.person_id,
        asked=row.event_id == asked,
    )


def _planted(nodes: list[Node]) -> list[Node]:
    """The nodes under their causes; those whose cause is the gesture, or left out, are roots."""
    by_id = {node.event_id: node for node in nodes}
    roots = []
    for node in nodes:
        parent = by_id.get(node.causation_id) if node.causation_id else None
        if parent is None or parent is node:
            roots.append(node)
        else:
            node.delay = _later((node.at - parent.at).total_seconds())
            parent.children.append(node)
    return roots


def _later(seconds: float) -> str:
    if seconds < 0.05:
        return "aussitôt"
    if seconds < 60:
        return f"{seconds:.1f}{NBSP}s plus tard".replace(".", ",", 1)
    if seconds < 3_600:
        return f"{seconds / 60:.0f}{NBSP}min plus tard"
    return f"{seconds / 3_600:.0f}{NBSP}h plus tard"
