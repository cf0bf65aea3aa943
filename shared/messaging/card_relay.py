"""From a dirty mark to the card stream: the old bytes are erased, then the new card leaves.

Every subject keeps exactly one message, the last card or, for an erased person, an empty one.
Publishing expects the subject as it was left by our own deletion: a relay that lost its place
meanwhile (its PostgreSQL session was cut) can never put an older card back.
"""

import asyncio
import json
import logging
import time
from collections.abc import Sequence
from uuid import UUID

import asyncpg
from nats.js.errors import NotFoundError

from shared.messaging.alarms import Alarms
from shared.messaging.bus import Bus, Outgoing, StreamMissing, card_stream_of
from shared.messaging.cards import Card, CardSource
from shared.messaging.failures import is_transient
from shared.persistence.sessions import Database

logger = logging.getLogger(__name__)

BATCH = 100
SKIP_SECONDS = 60.0

_SELECT = """
    SELECT person_id, version, ever_sent FROM card_mark
    WHERE sent_version < version AND person_id <> ALL($1::uuid[]) ORDER BY person_id LIMIT $2
"""
_ABOUT_TO_SEND = "UPDATE card_mark SET ever_sent = true WHERE person_id = ANY($1::uuid[])"
_SENT = """
    UPDATE card_mark SET sent_version = done.version
    FROM unnest($1::uuid[], $2::bigint[]) AS done (person_id, version)
    WHERE card_mark.person_id = done.person_id AND sent_version < done.version
"""


class CardRelay:
    """Sends the cards marked dirty, read from the service's own tables at that moment."""

    def __init__(self, bus: Bus, database: Database, source: CardSource, alarms: Alarms) -> None:
        self._bus = bus
        self._database = database
        self._source = source
        self._alarms = alarms
        self._stream = card_stream_of(bus.service)
        self._skipped: dict[UUID, float] = {}

    async def send_dirty(self, connection: asyncpg.Connection) -> int:
        """Send one batch of dirty cards; returns how many, so that events are never kept waiting.

        A card that cannot be read or sent is left for a minute, with an alarm.
        """
        now = time.monotonic()
        self._skipped = {key: until for key, until in self._skipped.items() if until > now}
        rows = await connection.fetch(_SELECT, list(self._skipped), BATCH)
        if not rows:
            if not self._skipped:
                self._alarms.clear("cards")
            return 0
        try:
            await self._send(connection, rows)
        except Exception as error:
            if _passes(error):
                raise
            await self._send_one_by_one(connection, rows)
        return len(rows)

    async def _send_one_by_one(
        self, connection: asyncpg.Connection, rows: Sequence[asyncpg.Record]
    ) -> None:
        for row in rows:
            try:
                await self._send(connection, [row])
            except Exception as error:
                if _passes(error):
                    raise
                logger.error("card not sent: %s", type(error).__name__)  # noqa: TRY400 - its text may quote a card
                self._skipped[row["person_id"]] = time.monotonic() + SKIP_SECONDS
                self._alarms.raise_("cards", "Une fiche de personne ne peut pas être envoyée.")

    async def _send(self, connection: asyncpg.Connection, rows: Sequence[asyncpg.Record]) -> None:
        persons = [row["person_id"] for row in rows]
        # Written before the first sending: after a crash in between, the old bytes are sought.
        await connection.execute(_ABOUT_TO_SEND, persons)
        again = [row["person_id"] for row in rows if row["ever_sent"]]
        # Looked up before the cards are read: whoever sends in between makes us fail below.
        found = await asyncio.gather(*(self._current(person_id) for person_id in again))
        async with self._database.transaction() as session:
            cards = await self._source(session, persons)
        await asyncio.gather(*(self._erase(sequence) for sequence in found if sequence))
        messages = [
            self._message(row["person_id"], row["version"], cards.get(row["person_id"]))
            for row in rows
        ]
        await self._bus.publish_singles(messages, self._stream)
        await connection.execute(_SENT, persons, [row["version"] for row in rows])

    async def _current(self, person_id: UUID) -> int | None:
        try:
            last = await self._bus.js.get_last_msg(self._stream, self._subject(person_id))
        except NotFoundError as error:
            if error.err_code == _STREAM_NOT_FOUND:
                raise StreamMissing(self._stream) from error
            return None
        return last.seq

    async def _erase(self, sequence: int) -> None:
        """Secure-delete one card: an overwrite would leave its bytes on disk."""
        try:
            await self._bus.js.delete_msg(self._stream, sequence)
        except Exception as error:
            if getattr(error, "err_code", None) != _MESSAGE_NOT_FOUND:
                raise

    def _subject(self, person_id: UUID) -> str:
        return f"cards.{self._bus.service}.{person_id}"

    def _message(self, person_id: UUID, version: int, card: Card | None) -> Outgoing:
        said: dict[str, object] = {"version": version, "erased": True}
        if card is not None:
            said = {
                "version": version,
                "last_name": card.last_name,
                "first_name": card.first_name,
                "email": card.email,
                "phone": card.phone,
                "language": card.language,
            }
        headers = {"Nats-Expected-Last-Subject-Sequence": "0"}
        return Outgoing(self._subject(person_id), json.dumps(said).encode(), headers)


_STREAM_NOT_FOUND = 10059
_MESSAGE_NOT_FOUND = 10057


def _passes(error: Exception) -> bool:
    """Whether the trouble is of a server, not of one card."""
    return is_transient(error) or type(error).__module__.startswith(("nats", "asyncpg"))
