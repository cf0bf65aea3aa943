"""Another service says how to name and reach one of its persons: who is that, for us?"""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.prospection.application.meet_person import meet_person
from services.prospection.application.resolve_identity import resolve_identity
from services.prospection.domain.likeness import Likeness, Traits
from services.prospection.domain.person import Channel, Person, key_of
from services.prospection.domain.refusals import PersonUnknown
from services.prospection.persistence import doubts, locks, persons
from shared.messaging import cards, directory
from shared.messaging.directory import Entry
from shared.persistence.folding import fold

CHANNELS = {"events": Channel.EVENT, "logement": Channel.HOUSING}


async def hear_card(session: AsyncSession, person_id: UUID, speaker: str, *, now: datetime) -> None:
    """Keep the person of this card, and decide who it is.

    Tied by itself only when normalised e-mail, surname and first name are all equal to those of
    exactly one known person, and neither is restricted; whoever merely resembles is put in
    doubt. May be heard before or after the facts that name the id.
    """
    entry = await directory.card(session, person_id, speaker)
    if entry is None or (entry.erased_at is None and entry.last_name is None):
        return
    if entry.erased_at is not None:
        await _forget(session, person_id, speaker, now=now)
        return
    traits = _traits(entry)
    await locks.deciding_on(session, traits)
    known = await session.get(Person, person_id)
    if known is None:
        await _keep_new(session, entry, traits, now=now)
    elif known.source == speaker and known.erased_at is None and _differs(known, entry):
        await _keep_changed(session, person_id, entry, now=now)


def _traits(entry: Entry) -> Traits:
    return Traits(
        last_key=fold(entry.last_name or ""),
        first_key=fold(entry.first_name or ""),
        email_key=key_of(entry.email),
        phone=entry.phone,
    )


def _differs(known: Person, entry: Entry) -> bool:
    return (known.last_name, known.first_name, known.email, known.phone) != (
        entry.last_name,
        entry.first_name,
        entry.email,
        entry.phone,
    )


async def _keep_new(session: AsyncSession, entry: Entry, traits: Traits, *, now: datetime) -> None:
    person = Person.met(
        id=entry.person_id,
        last_name=entry.last_name or "",
        first_name=entry.first_name or "",
        email=entry.email,
        phone=entry.phone,
        source=entry.speaker,
        channel=CHANNELS[entry.speaker].value,
        now=now,
    )
    alike = await persons.look_alikes(session, person.id, traits)
    exact = [one for one in alike if one.likeness is Likeness.EXACT]
    if len(exact) == 1:
        session.add(person)
        await session.flush()
        await _tie(session, person.id, exact[0].id, now=now)
        return
    await meet_person(session, person, role="contact", now=now)
    for one in alike:
        await doubts.raise_doubt(session, person.id, one.id, reason=one.likeness, now=now)


async def _keep_changed(
    session: AsyncSession, person_id: UUID, entry: Entry, *, now: datetime
) -> None:
    # Ties are locked before rows, here as in every use case that needs both.
    await locks.tying(session)
    known = await persons.get_for_update(session, person_id)
    if known is None:
        raise PersonUnknown
    known.rename(last_name=entry.last_name or "", first_name=entry.first_name or "", now=now)
    known.reach_at(email=entry.email, phone=entry.phone, now=now)
    await session.flush()
    if known.card_version:
        known.card_version = await cards.mark(session, known.id)
        await session.flush()
    if len(await persons.tied_with(session, known.id)) > 1 or known.restricted_at is not None:
        return
    alike = await persons.look_alikes(session, known.id, _traits(entry))
    exact = [one for one in alike if one.likeness is Likeness.EXACT]
    if len(exact) == 1:
        await _tie(session, known.id, exact[0].id, now=now)
        return
    for one in alike:
        await doubts.raise_doubt(session, known.id, one.id, reason=one.likeness, now=now)


async def _tie(session: AsyncSession, one: UUID, other: UUID, *, now: datetime) -> None:
    await locks.tying(session)
    await doubts.tie_exact(session, one, other, now=now)
    await resolve_identity(session, (one, other), rule="exact", now=now)


async def _forget(session: AsyncSession, person_id: UUID, speaker: str, *, now: datetime) -> None:
    known = await persons.get_for_update(session, person_id)
    if known is None or known.source != speaker or known.erased_at is not None:
        return
    known.rename(last_name="", first_name="", now=now)
    known.reach_at(email=None, phone=None, now=now)
    known.erased_at = now
    await session.flush()
    if known.card_version:
        known.card_version = await cards.mark(session, known.id)
        await session.flush()
