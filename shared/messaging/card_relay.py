"""From a dirty mark to the card stream: the old bytes are erased, then the new card leaves."""

import asyncio
import json
from collections.abc import Sequence
from uuid import UUID

import asyncpg
from nats.js.errors import NotFoundError

from shared.messaging.bus import Bus, Outgoing, card_stream_of
from shared.messaging.cards import Card, CardSource
from shared.persistence.sessions import Database

BATCH = 200

_SELECT = """
    SELECT person_id, version, ever_sent FROM card_mark
    WHERE sent_version < version ORDER BY person_id LIMIT $1
"""
_ABOUT_TO_SEND = "UPDATE card_mark SET ever_sent = true WHERE person_id = ANY($1::uuid[])"
_SENT = """
    UPDATE card_mark SET sent_version = done.version
    FROM unnest($1::uuid[], $2::bigint[]) AS done (person_id, version)
    WHERE card_mark.person_id = done.person_id
"""


class CardRelay:
    """Sends the cards marked dirty, read from the service's own tables at that moment."""

    def __init__(self, bus: Bus, database: Database, source: CardSource) -> None:
        self._bus = bus
        self._database = database
        self._source = source
        self._stream = card_stream_of(bus.service)

    async def send_dirty(self, connection: asyncpg.Connection) -> int:
        """Send every dirty card; returns how many marks were settled."""
        total = 0
        while rows := await connection.fetch(_SELECT, BATCH):
            await self._send(connection, rows)
            total += len(rows)
        return total

    async def _send(self, connection: asyncpg.Connection, rows: Sequence[asyncpg.Record]) -> None:
        persons = [row["person_id"] for row in rows]
        again = [row["person_id"] for row in rows if row["ever_sent"]]
        # Written before the first sending: after a crash in between, the old bytes are sought.
        await connection.execute(_ABOUT_TO_SEND, persons)
        async with self._database.transaction() as session:
            cards = await self._source(session, persons)
        await asyncio.gather(*(self._erase(person_id) for person_id in again))
        messages = [
            self._message(row["person_id"], row["version"], cards[row["person_id"]])
            for row in rows
            if row["person_id"] in cards
        ]
        if messages:
            await self._bus.publish(messages, self._stream)
        await connection.execute(_SENT, persons, [row["version"] for row in rows])

    async def _erase(self, person_id: UUID) -> None:
        """Secure-delete this person's current card: an overwrite would leave its bytes on disk."""
        try:
            last = await self._bus.js.get_last_msg(self._stream, self._subject(person_id))
        except NotFoundError:
            return
        if last.seq is not None:
            await self._bus.js.delete_msg(self._stream, last.seq)

    def _subject(self, person_id: UUID) -> str:
        return f"cards.{self._bus.service}.{person_id}"

    def _message(self, person_id: UUID, version: int, card: Card) -> Outgoing:
        said = {
            "version": version,
            "last_name": card.last_name,
            "first_name": card.first_name,
            "email": card.email,
            "phone": card.phone,
            "language": card.language,
        }
        return Outgoing(self._subject(person_id), json.dumps(said).encode(), {})
