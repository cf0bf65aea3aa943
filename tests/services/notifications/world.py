"""Invented people and evenings, and what other services say of them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col, select

from services.notifications.domain.message import Message
from services.notifications.subscriptions import events, logement
from services.notifications.subscriptions.cards import note_card
from services.notifications.subscriptions.sending import send_owed_messages
from shared.contracts.base import IntegrationEvent, Origin
from shared.contracts.events import v1 as events_v1
from shared.contracts.logement import v1 as logement_v1
from shared.messaging import Heard, directory
from shared.runtime.running import RunningService
from tests.services.notifications.clock import FrozenClock
from tests.services.notifications.mail_server import MailServer

EMAIL = "camille.durand@exemple.fr"
EVENING = {
    "kind": "soiree_accueil",
    "title": "Soirée d’accueil des internes",
    "starts_at": datetime(2027, 5, 20, 17, 0, tzinfo=UTC),
    "ends_at": datetime(2027, 5, 20, 20, 0, tzinfo=UTC),
    "place": "Salle des fêtes",
    "commune": "41269",
    "capacity": 60,
    "waiting_list": True,
}
STAY = {
    "placement_commune": "41269",
    "starts_on": date(2027, 5, 3),
    "ends_on": date(2027, 11, 1),
    "household_size": 1,
}


@dataclass
class World:
    """Notifications on a real database, beside a real mail server; the bus is played by hand."""

    running: RunningService
    mail: MailServer
    clock: FrozenClock
    event_id: UUID = field(default_factory=uuid4)
    person_id: UUID = field(default_factory=uuid4)
    registration_id: UUID = field(default_factory=uuid4)
    versions: dict[UUID, int] = field(default_factory=dict)

    async def hear(self, said: IntegrationEvent, *, live: bool = True) -> UUID:
        """Let the reader of this event react to it; returns the event's id."""
        heard: Heard[Any] = self.heard(said, live=live)
        await self.hear_again(heard)
        return heard.event_id

    def heard(self, said: IntegrationEvent, *, live: bool = True) -> Heard[Any]:
        """The event with its envelope, as it would come from the bus."""
        version = self.versions.get(said.aggregate_id, 0) + 1
        self.versions[said.aggregate_id] = version
        return Heard(
            event_id=uuid4(),
            type=said.subject,
            speaker=said.speaker(),
            aggregate=said.aggregate(),
            aggregate_id=said.aggregate_id,
            version=version,
            time=self.clock(),
            correlation_id=uuid4(),
            causation_id=uuid4(),
            action="test",
            origin=Origin.LIVE,
            live=live,
            event=said,
        )

    async def hear_again(self, heard: Heard[Any]) -> None:
        """Let the reader react to an envelope, seen already or not."""
        for reader in (*events.READERS, *logement.READERS):
            subscription = reader.by_subject().get(heard.type)
            if subscription is not None:
                async with self.running.resources.sessions() as session:
                    await subscription.react(session, heard)

    async def card(
        self,
        email: str | None = "camille.durand@exemple.fr",
        *,
        version: int = 1,
        speaker: str = "events",
    ) -> None:
        """Let the card of the person come."""
        said: dict[str, object] = {
            "version": version,
            "last_name": "Durand",
            "first_name": "Camille",
            "email": email,
        }
        async with self.running.resources.sessions() as session:
            await directory.hear(session, speaker, self.person_id, said)
            await note_card(session, self.person_id)

    async def publish(self) -> None:
        """Let events say that the evening is open."""
        await self.hear(
            events_v1.EventPublished(occurred_at=self.clock(), event_id=self.event_id, **EVENING)
        )

    async def change(self, sequence: int = 1, **facts: Any) -> UUID:
        """Let events say that the evening changed."""
        said = events_v1.EventChanged(
            occurred_at=self.clock(),
            event_id=self.event_id,
            sequence=sequence,
            **(EVENING | facts),
        )
        return await self.hear(said)

    def registration(self, kind: type[Any], **more: Any) -> Any:
        """Something said of the person's registration."""
        fields = {"profile": "interne", "link_epoch": 1, **more}
        if kind is events_v1.RegistrationLinkRequested:
            del fields["profile"]
        if kind is events_v1.RegistrationCancelled:
            fields = {"by": "person"}
        return kind(
            occurred_at=self.clock(),
            registration_id=self.registration_id,
            event_id=self.event_id,
            person_id=self.person_id,
            card_version=1,
            **fields,
        )

    async def confirm(self, **more: Any) -> UUID:
        """Let events say that the person has a seat."""
        return await self.hear(self.registration(events_v1.RegistrationConfirmed, **more))

    def request(self, request_id: UUID) -> IntegrationEvent:
        """A housing request of the person."""
        return logement_v1.RequestOpened(
            occurred_at=self.clock(),
            request_id=request_id,
            person_id=self.person_id,
            card_version=1,
            link_epoch=1,
            **STAY,
        )

    async def send(self) -> None:
        """Let the clock wake the sender once."""
        settings: Any = self.running.resources.settings
        await send_owed_messages(self.running.resources, settings.outgoing())

    async def messages(self) -> list[Message]:
        """Everything owed, oldest first."""
        async with self.running.resources.sessions() as session:
            return list((await session.exec(select(Message).order_by(col(Message.id)))).all())

    async def states(self) -> list[tuple[str, str]]:
        """The template and the state of each, oldest first."""
        return [(message.template, message.state) for message in await self.messages()]
