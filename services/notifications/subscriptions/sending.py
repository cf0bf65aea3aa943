"""What the clock wakes: letters that wait are released, taken, sent outside any transaction."""

import asyncio
import logging
from datetime import timedelta

from opentelemetry.trace import Span

from services.notifications.application.claim_messages import claim_messages
from services.notifications.application.drop_message import drop_message
from services.notifications.application.expire_leases import expire_leases
from services.notifications.application.gather_facts import FactsMissing
from services.notifications.application.prepare_letter import NotDeliverable, prepare_letter
from services.notifications.application.record_delivery import Attempt, record_delivery
from services.notifications.application.release_messages import release_messages
from services.notifications.domain.message import Message
from services.notifications.gateways.envelope import Envelope
from services.notifications.gateways.mail import Delivery, Mailer, Outcome
from services.notifications.gateways.stationery import Outgoing
from services.notifications.queries.waiting import long_awaited, what_waits
from shared.runtime import Resources
from shared.telemetry import span_from
from shared.telemetry.tracing import set_attributes

LEASE = timedelta(seconds=120)
"""Longer than any dialogue may last (`DIALOGUE`): a lease that ends means a sender that died."""

DIALOGUE = 60.0
"""Seconds after which a dialogue is cut; whether the letter was taken is then unknown."""

ALARM_AFTER = timedelta(minutes=5)
"""A letter that has waited for a card longer than this is an anomaly worth saying."""

_log = logging.getLogger(__name__)


async def send_owed_messages(resources: Resources, outgoing: Outgoing) -> None:
    """One round: release what waits, then send until nothing is due."""
    async with resources.sessions() as session:
        waiting = await what_waits(session, now=resources.clock())
    if waiting.expired:
        async with resources.sessions() as session:
            await expire_leases(session, now=resources.clock())
    if waiting.awaiting:
        async with resources.sessions() as session:
            released = await release_messages(session, now=resources.clock())
        waiting = waiting.with_released(released)
    if waiting.due:
        await Sending(resources, outgoing).run()


class Sending:
    """One run of the sender: a few connections to the mail server, kept until nothing is due."""

    def __init__(self, resources: Resources, outgoing: Outgoing) -> None:
        self._resources = resources
        self._stationery = outgoing.stationery
        self._at_once = outgoing.connections
        self._mailer = Mailer(outgoing.server, connections=outgoing.connections)

    async def run(self) -> None:
        """Send until nothing is due, or we are asked to stop; then leave the mail server."""
        try:
            while await self._batch() and not self._resources.stopping():
                pass
        finally:
            await self._mailer.close()

    async def _batch(self) -> bool:
        async with self._resources.sessions() as session:
            taken = await claim_messages(
                session,
                now=self._resources.clock(),
                limit=self._at_once,
                lease=LEASE,
                domain=self._stationery.domain,
            )
        # `sending` is committed: from here on, a crash leaves a letter whose fate is unknown.
        results = await asyncio.gather(
            *(self._send(message) for message in taken), return_exceptions=True
        )
        for message, result in zip(taken, results, strict=True):
            if isinstance(result, Exception):
                _log.error("message %s could not be handled", message.id, exc_info=result)
            elif isinstance(result, BaseException):
                raise result
        return len(taken) == self._at_once

    async def _send(self, message: Message) -> None:
        with span_from(
            self._resources.telemetry,
            message.traceparent,
            "envoyer un message",
            ancrage__template=message.template,
        ) as span:
            delivery = await self._deliver(message, span)
            if delivery is None:
                return
            attempt = Attempt(message_id=message.id, number=message.attempts)
            async with self._resources.sessions() as session:
                await record_delivery(session, attempt, delivery, now=self._resources.clock())

    async def _deliver(self, message: Message, span: Span) -> Delivery | None:
        try:
            async with self._resources.sessions() as session:
                envelope = await prepare_letter(
                    session, message, self._stationery, now=self._resources.clock()
                )
        except NotDeliverable as refusal:
            async with self._resources.sessions() as session:
                await drop_message(session, message.id, refusal.reason, now=self._resources.clock())
            return None
        except FactsMissing:
            return Delivery(outcome=Outcome.NOT_NOW)
        delivery = await self._dialogue(envelope)
        set_attributes(span, ancrage__outcome=delivery.outcome.value)
        if delivery.code is not None:
            set_attributes(span, smtp__code=delivery.code)
        return delivery

    async def _dialogue(self, envelope: Envelope) -> Delivery:
        try:
            async with asyncio.timeout(DIALOGUE):
                return await self._mailer.send(envelope)
        except TimeoutError:
            return Delivery(outcome=Outcome.UNKNOWN)


async def watch_awaiting(resources: Resources) -> None:
    """Say it aloud when letters wait for a card longer than they should."""
    now = resources.clock()
    async with resources.sessions() as session:
        late = await long_awaited(session, before=now - ALARM_AFTER)
    if late:
        _log.warning("%d messages have waited for a card for more than 5 minutes", late)
