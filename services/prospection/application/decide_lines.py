"""Staff say who the lines in doubt of an import are, before it is confirmed."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.domain.importing import Decision, ImportState
from services.prospection.domain.refusals import ImportNotReady, ImportUnknown, LineNotInDoubt
from services.prospection.persistence import import_lines, imports


async def decide_lines(
    session: AsyncSession, import_id: UUID, lines: Sequence[int], decision: Decision | None
) -> int:
    """Keep the decision for these lines (None: leave them in doubt); returns how many.

    Raises ImportUnknown, ImportNotReady, or LineNotInDoubt when none of them asks anything.
    """
    batch = await imports.get_for_update(session, import_id)
    if batch is None:
        raise ImportUnknown
    if batch.state != ImportState.READY:
        raise ImportNotReady
    decided = await import_lines.decide(
        session, import_id, lines, decision.value if decision else None
    )
    if not decided:
        raise LineNotInDoubt
    return decided
