"""Give a person a seat, or a rank on the waiting list, once; the same answer for everybody."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.domain.answers import Answers
from services.events.domain.idempotency import fingerprint, key_hash
from services.events.domain.participant import name_key
from services.events.domain.refusals import (
    EventFull,
    EventNotFound,
    EventOver,
    KeyReused,
    RegistrationsClosed,
)
from services.events.domain.registration import RegistrationId
from services.events.persistence import seats
from shared.contracts.events.v1 import (
    RegistrationConfirmed,
    RegistrationLinkRequested,
    RegistrationWaitlisted,
)
from shared.contracts.refusal import Refused
from shared.messaging import cards, outbox
from shared.persistence.tables import uuid7

_REFUSALS: dict[str, type[Refused]] = {
    "absent": EventNotFound,
    "draft": EventNotFound,
    "cancelled": RegistrationsClosed,
    "over": EventOver,
    "full": EventFull,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPerson:
    """Who wants to come, and the key that makes asking twice harmless.

    `notice_version` is the privacy notice that was on the page; None for today's.
    """

    event_id: UUID
    key: str
    answers: Answers
    notice_version: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The exact body to answer with 201; or, with `refused`, a refusal whose trace is kept.

    `refused` is set only for an e-mail that is registered already at an event that is now full:
    the answer is a stranger's, and the owner of the address gets the link by mail all the same,
    so the transaction must be committed.
    """

    body: str
    refused: Refused | None = None


async def register_person(
    session: AsyncSession, command: RegisterPerson, *, now: datetime
) -> Answer:
    """Register; never oversold, never undersold, the waiting list in order of arrival.

    Raises `KeyReused`, `EventNotFound`, `RegistrationsClosed`, `EventOver` or `EventFull`; the
    caller must then roll back.
    """
    key = key_hash(command.key)
    asked = _fingerprint(command)
    who = _begin_values(command, key, asked, now)
    if (body := await _register_newcomer(session, command, who, now)) is not None:
        return Answer(body)
    begun = await seats.begin(session, who)
    if begun.outcome == "replay":
        if begun.asked != asked or begun.answered is None:
            raise KeyReused
        return Answer(begun.answered)
    if begun.outcome == "known":
        return await _answer_as_to_a_stranger(session, command, key, now)
    if begun.person is None:
        raise _REFUSALS[begun.outcome]
    said = _said(command, begun.person, begun.card_version, now)
    taken = await seats.take(session, _take_values(command, key, said))
    if taken.outcome == "known":
        return await _answer_as_to_a_stranger(session, command, key, now)
    if taken.body is None:
        raise _REFUSALS[taken.outcome]
    session.info[outbox.COMMITTED] = True
    return Answer(taken.body)


async def _register_newcomer(
    session: AsyncSession, command: RegisterPerson, who: dict[str, Any], now: datetime
) -> str | None:
    """The ordinary case in one call; None, and no trace, when the two steps must decide."""
    if session.in_transaction():
        return None
    said = _said(command, who["person_id"], 1, now)
    body = await seats.newcomer(session, who | _take_values(command, who["key"], said))
    if body is not None:
        session.info[outbox.COMMITTED] = True
    return body


def _fingerprint(command: RegisterPerson) -> str:
    answers = command.answers
    return fingerprint(
        event=command.event_id,
        first_name=answers.first_name,
        last_name=answers.last_name,
        email=answers.email.address,
        phone=answers.phone,
        profile=answers.profile.value,
        consent=answers.consent,
    )


def _begin_values(command: RegisterPerson, key: str, asked: str, now: datetime) -> dict[str, Any]:
    answers = command.answers
    return {
        "key": key,
        "fingerprint": asked,
        "event_id": command.event_id,
        "person_id": uuid7(now),
        "last_name": answers.last_name,
        "first_name": answers.first_name,
        "email": answers.email.address,
        "email_key": answers.email.key,
        "name_key": name_key(answers.last_name, answers.first_name),
        "phone": answers.phone,
        "now": now,
    }


def _said(
    command: RegisterPerson, person_id: UUID, card_version: int, now: datetime
) -> dict[str, Any]:
    """What a confirmed and a waitlisted registration say alike."""
    return {
        "registration_id": RegistrationId(uuid4()),
        "event_id": command.event_id,
        "person_id": person_id,
        "card_version": card_version,
        "profile": command.answers.profile.value,
        "link_epoch": 1,
        "occurred_at": now,
    }


def _take_values(command: RegisterPerson, key: str, said: dict[str, Any]) -> dict[str, Any]:
    # Both rows of the journal are ready; the function keeps the one that the seats decide.
    rows = {
        "confirmed": outbox.journal_row(RegistrationConfirmed(**said)),
        "waitlisted": outbox.journal_row(RegistrationWaitlisted(**said)),
    }
    return {
        "registration_id": said["registration_id"],
        "event_id": command.event_id,
        "person_id": said["person_id"],
        "email_key": command.answers.email.key,
        "profile": said["profile"],
        "phone": command.answers.phone,
        "consent": command.answers.consent,
        "notice_version": command.notice_version,
        "now": said["occurred_at"],
        "key": key,
        "said": json.dumps(rows, default=str),
    }


async def _answer_as_to_a_stranger(
    session: AsyncSession, command: RegisterPerson, key: str, now: datetime
) -> Answer:
    """No second seat; what a stranger would read at this moment, and the link by mail."""
    found = await seats.known(session, command.event_id, command.answers.email.key)
    if found is None:
        # Given back in this very instant: asking again finds the seat.
        raise RegistrationsClosed("Votre demande a croisé une annulation. Envoyez-la à nouveau.")
    if not found.open:
        raise RegistrationsClosed
    if now >= found.closes_at:
        raise EventOver
    await outbox.publish(
        session,
        RegistrationLinkRequested(
            registration_id=found.id,
            event_id=command.event_id,
            person_id=found.person_id,
            card_version=await cards.current(session, found.person_id),
            link_epoch=found.link_epoch,
            occurred_at=now,
        ),
    )
    if not found.has_room and not found.waiting_list:
        await seats.forget_key(session, key)
        return Answer("", EventFull())
    status = "confirmed" if found.has_room else "waitlisted"
    body = f'{{"id":"{found.id}","status":"{status}"}}'
    await seats.keep_answer(session, key, body)
    return Answer(body)
