"""What is owed to whom: no address, somebody erased, asked for again; and nothing personal kept."""

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text

from services.notifications.application.resend_message import resend_message
from services.notifications.domain.message import CannotResend
from shared.messaging import directory
from tests.services.notifications.world import World


async def _ready(world: World) -> None:
    await world.publish()
    await world.card()
    await world.confirm()


async def test_somebody_without_an_address_fails_with_a_reason(world: World) -> None:
    await world.publish()
    await world.card(None)
    await world.confirm()
    await world.send()

    (failed,) = await world.messages()
    assert (failed.state, failed.reason) == ("failed", "no-address")


async def test_nothing_is_sent_to_somebody_erased(world: World) -> None:
    await _ready(world)
    async with world.running.resources.sessions() as session:
        await directory.erase(session, world.person_id, now=world.clock())

    await world.send()

    assert await world.states() == [("registration-confirmed", "cancelled")]
    assert world.mail.kept == []


async def test_a_failed_letter_is_sent_again_when_somebody_asks(world: World) -> None:
    world.mail.replies = ["554 not today"]
    await _ready(world)
    await world.send()
    (failed,) = await world.messages()

    async with world.running.resources.sessions() as session:
        await resend_message(session, failed.id, by=None, now=world.clock())
    await world.send()
    async with world.running.resources.sessions() as session:
        with pytest.raises(CannotResend):
            await resend_message(session, failed.id, by=None, now=world.clock())

    (sent,) = await world.messages()
    assert (sent.state, sent.header_id) == ("sent", failed.header_id)


async def test_one_trace_goes_from_the_click_to_the_reply(
    world: World, spans: InMemorySpanExporter
) -> None:
    await world.publish()
    await world.card()
    with world.running.telemetry.span("click") as click:
        await world.confirm()
    await world.send()
    world.running.telemetry.provider.force_flush()

    (sending,) = [span for span in spans.get_finished_spans() if span.name == "envoyer un message"]
    assert sending.context.trace_id == click.get_span_context().trace_id
    assert dict(sending.attributes or {})["smtp.code"] == 250


async def test_nothing_personal_is_kept_with_a_message(world: World) -> None:
    await _ready(world)
    await world.send()

    async with world.running.resources.sessions() as session:
        kept = await session.scalar(
            text(
                "SELECT string_agg(m::text, ' ') || string_agg(s::text, ' ') "
                "FROM message m JOIN message_step s ON s.message_id = m.id"
            )
        )
    assert "exemple.fr" not in kept
    assert "Durand" not in kept
