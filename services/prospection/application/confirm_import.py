"""Write a dry run to persons: part by part, set by set, and say who was met."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.application.meet_person import today
from services.prospection.application.resolve_identity import resolve_identity
from services.prospection.domain.importing import ImportBatch, ImportState
from services.prospection.domain.mission import Mission, MissionKind
from services.prospection.domain.refusals import ImportNotReady, ImportUnknown, MissionUnknown
from services.prospection.persistence import import_lines, import_writing, imports, locks, story
from services.prospection.persistence.import_writing import Part
from shared.contracts.prospection.v1 import ContactsImported, PersonMet
from shared.messaging import because, cards, current_cause, outbox
from shared.messaging.causes import Cause
from shared.persistence.sessions import wake_jobs

LINES_AT_ONCE = 5_000
"""Lines of one part: what one transaction of the job writes, and one statement publishes."""

WRITTEN_AT_ONCE = 2_000
"""Up to so many lines the confirmation writes everything itself; beyond, the job does."""


async def confirm_import(
    session: AsyncSession, import_id: UUID, *, by: UUID | None, now: datetime
) -> ImportBatch:
    """Confirm the dry run; small imports are written at once, the others by the job « imports ».

    Confirming twice, or one that is done, changes nothing. Raises ImportUnknown, or
    ImportNotReady when there is no dry run to confirm.
    """
    batch = await imports.get_for_update(session, import_id)
    if batch is None:
        raise ImportUnknown
    if batch.state in {ImportState.WRITING, ImportState.DONE}:
        return batch
    if batch.state != ImportState.READY:
        raise ImportNotReady
    cause = current_cause()
    batch.cause = {
        "correlation_id": str(cause.correlation_id),
        "causation_id": str(cause.causation_id),
        "action": cause.action,
    }
    batch.state, batch.confirmed_at, batch.uploaded_by = ImportState.WRITING.value, now, by
    await session.flush()
    if batch.lines <= WRITTEN_AT_ONCE:
        await write_import(session, import_id, now=now)
    else:
        wake_jobs(session)
    return batch


async def write_import(session: AsyncSession, import_id: UUID, *, now: datetime) -> None:
    """Write all the parts that remain, in this transaction."""
    while await write_next_part(session, import_id, now=now):
        pass


async def write_next_part(session: AsyncSession, import_id: UUID, *, now: datetime) -> bool:
    """Write the next lines of a confirmed import; False once it is done.

    Each part is compared again with all persons: whoever came in since the dry run is found.
    """
    batch = await imports.get_for_update(session, import_id)
    if batch is None:
        raise ImportUnknown
    if batch.state != ImportState.WRITING:
        return False
    with because(_cause(batch)):
        await locks.deciding_on_everybody(session)
        await locks.tying(session)
        bounds = await import_writing.next_lines(session, import_id, LINES_AT_ONCE)
        if bounds is None:
            await _finish(session, batch, now=now)
            return False
        await _write(session, batch, await _part(session, batch, bounds, now=now))
    return True


def _cause(batch: ImportBatch) -> Cause:
    return Cause(
        correlation_id=UUID(batch.cause["correlation_id"]),
        causation_id=UUID(batch.cause["causation_id"]),
        action=batch.cause["action"],
    )


async def _part(
    session: AsyncSession, batch: ImportBatch, bounds: tuple[int, int], *, now: datetime
) -> Part:
    mission = await session.get(Mission, batch.mission_id)
    if mission is None:
        raise MissionUnknown
    return Part(
        import_id=batch.id,
        first=bounds[0],
        last=bounds[1],
        mission_id=mission.id,
        channel=MissionKind(mission.kind).channel.value,
        met_on=mission.starts_on or today(now),
        proof=mission.title,
        by=batch.uploaded_by,
        now=now,
    )


async def _write(session: AsyncSession, batch: ImportBatch, part: Part) -> None:
    await import_lines.judge(
        session, batch.id, first=part.first, last=part.last, states=("create",)
    )
    await import_writing.write_persons(session, part)
    changed = await import_writing.write_updates(session, part)
    if changed:
        versions = await cards.mark_many(session, sorted(set(changed)))
        await import_writing.keep_card_versions(session, versions)
    await _say_met(session, part)
    same = await import_writing.said_same(session, part)
    if same:
        ids = [one for two in same for one in two]
        await resolve_identity(session, ids, rule="staff", now=part.now)
    await import_writing.mark_written(session, part)
    counts = await import_writing.counts(session, batch.id)
    batch.written = counts["written"]
    await session.flush()


async def _say_met(session: AsyncSession, part: Part) -> None:
    met = await import_writing.met(session, part)
    if not met:
        return
    versions = await cards.mark_many(session, [one.person_id for one in met])
    said = await outbox.publish_many(
        session,
        [
            PersonMet(
                person_id=one.person_id,
                card_version=versions[one.person_id],
                channel=part.channel,
                mission_id=part.mission_id,
                role=one.role,
                met_on=one.met_on,
                occurred_at=part.now,
            )
            for one in met
        ],
    )
    await story.add_lines(
        session,
        event_ids=said,
        person_ids=[one.person_id for one in met],
        happened_at=part.now,
        kind=PersonMet.subject,
        facts={
            "channel": part.channel,
            "mission_id": part.mission_id,
            "import_id": part.import_id,
            "met_on": part.met_on,
        },
    )


async def _finish(session: AsyncSession, batch: ImportBatch, *, now: datetime) -> None:
    counts = await import_writing.counts(session, batch.id)
    batch.created, batch.updated = counts["created"], counts["updated"]
    batch.in_doubt, batch.refused = counts["in_doubt"], counts["refused"]
    batch.state, batch.content = ImportState.DONE.value, None
    await session.flush()
    event = ContactsImported(
        import_id=batch.id,
        mission_id=batch.mission_id,
        created=batch.created,
        updated=batch.updated,
        in_doubt=batch.in_doubt,
        refused=batch.refused,
        occurred_at=now,
    )
    event_id = await outbox.publish(session, event)
    known = await import_writing.known_ids(session, batch.id)
    await story.add_lines(
        session,
        event_ids=[event_id] * len(known),
        person_ids=known,
        happened_at=now,
        kind=event.subject,
        facts={"mission_id": batch.mission_id, "import_id": batch.id},
    )
