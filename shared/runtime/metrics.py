"""Figures of one service for Prometheus, read when they are asked for.

An administrator's token is needed: queue lengths tell strangers too much, and behind a front door
on the same machine every visitor comes from the loopback.
"""

import asyncio

from fastapi import APIRouter, Request, Response
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.messaging.node import Node
from shared.runtime.web import Running, Session
from shared.security import staff

router = APIRouter(include_in_schema=False)

_JOURNAL = text(
    """
    SELECT coalesce(extract(epoch FROM clock_timestamp() - min(recorded_at)), 0) AS oldest,
        count(*) AS waiting, count(parked_at) AS parked
    FROM journal WHERE stream_seq IS NULL
    """
)
_DEAD = text("SELECT reader, count(*) FROM dead_letter WHERE state = 'open' GROUP BY reader")
_CARDS = text("SELECT count(*) FROM card_mark WHERE sent_version < version")


@router.get("/metrics", dependencies=[staff("admin")])
async def metrics(request: Request, session: Session, resources: Running) -> Response:
    """Age of the oldest unpublished event, lag of each reader, dead letters, alarms."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()
    service = request.app.state.service

    def gauge(name: str, words: str, values: dict[str, float], label: str = "reader") -> None:
        family = Gauge(f"ancrage_{name}", words, ("service", label), registry=registry)
        for key, value in values.items():
            family.labels(service, key).set(value)

    gauge("journal", "Journal rows to publish", await _journal(session), "figure")
    dead = {reader: float(number) for reader, number in await session.execute(_DEAD)}
    gauge("dead_letters", "Messages that wait for somebody", dead)
    lag, redelivered = await _consumers(resources.node)
    gauge("consumer_lag", "Messages not settled yet", lag)
    gauge("redelivery_ratio", "Redeliveries per delivery since the start", redelivered)
    alarms = resources.node.alarms
    standing = {name: float(name in alarms.raised) for name in {*alarms.raised, *alarms.counts}}
    gauge("alarm", "1 while the alarm stands", standing, "alarm")
    raised = {name: float(number) for name, number in alarms.counts.items()}
    gauge("alarms_raised_total", "Times the alarm was raised since the start", raised, "alarm")
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


async def _journal(session: AsyncSession) -> dict[str, float]:
    row = (await session.execute(_JOURNAL)).one()
    cards = await session.scalar(_CARDS)
    return {
        "oldest_seconds": float(row.oldest),
        "waiting": float(row.waiting),
        "parked": float(row.parked),
        "cards_waiting": float(cards or 0),
    }


async def _consumers(node: Node) -> tuple[dict[str, float], dict[str, float]]:
    """How far behind each reader is, and how much came more than once; absent when NATS is."""
    pulls = [reading.pull for reading in node.readings]
    pulls += [reading.pull for reading in node.card_readings]
    lags = await asyncio.gather(*(pull.lag() for pull in pulls))
    lag = {pull.name: float(n) for pull, n in zip(pulls, lags, strict=True) if n is not None}
    return lag, {pull.name: pull.redelivered / max(1, pull.delivered) for pull in pulls}
