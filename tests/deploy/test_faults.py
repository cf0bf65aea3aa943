"""The fault suite itself: its scenarios, its links, its crash points, its page."""

import asyncio
import importlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from deploy.local.cli import main
from deploy.local.faults.catalogue import SCENARIOS
from deploy.local.faults.crash_points import POINTS
from deploy.local.faults.figures import percentile
from deploy.local.faults.links import Link, Weather
from deploy.local.faults.report import report
from deploy.local.faults.suite import Played
from deploy.local.ports import LOOPBACK, free_port
from deploy.local.postgres import Postgres
from shared.persistence import sessions

PROMISED = {f"S{number}" for number in (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 15, 16)}
SHORT = {"S1", "S2", "S3", "S6", "S8", "S9", "S12", "S15"}


def test_every_scenario_is_there_with_its_control() -> None:
    assert {one.id for one in SCENARIOS} == PROMISED
    assert {one.id for one in SCENARIOS if one.short} == SHORT
    assert [one.id for one in SCENARIOS if one.unprotect is None or not one.reds] == []


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
def test_every_crash_point_names_a_function_that_exists(point: object) -> None:
    owner = importlib.import_module(point.module)  # type: ignore[attr-defined]
    for step in point.function.split("."):  # type: ignore[attr-defined]
        owner = getattr(owner, step)
    assert callable(owner)


def test_an_unknown_scenario_is_refused_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["faults", "--only", "S99"]) == 2
    assert "Scénario inconnu : S99" in capsys.readouterr().err


def test_the_page_says_what_is_red() -> None:
    counts = {"lost": 0.0, "duplicated": 0.0, "oversold": 0.0, "inversions": 0.0, "p50_ms": 12.0}
    played = [
        Played(id="S1", title="Un", ok=True, seconds=3, counts=counts, recoveries=[1.0, 2.0]),
        Played(id="S4", title="Deux", ok=False, seconds=1, wrong=["relancez en root"]),
    ]
    words = report(7, "short", 0.5, played, datetime(2027, 5, 20, tzinfo=UTC))
    assert "1 scénarios verts sur 2" in words
    assert "| S1 | Un | vert | 0 | 0 | 0 | 0 | 12 ms | – | 2\u00a0: 2,0 / 2,0 s |" in words
    assert "**rouge**" in words
    assert "relancez en root" in words


def test_a_percentile_of_nothing_is_nothing() -> None:
    assert percentile([], 0.99) == 0
    assert percentile([3, 1, 2], 0.5) == 2


@asynccontextmanager
async def echoed() -> AsyncIterator[tuple[Link, asyncio.StreamReader, asyncio.StreamWriter]]:
    """A server that repeats what it hears, behind a link."""

    async def repeat(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(100):
            writer.write(chunk)
        writer.close()

    server = await asyncio.start_server(repeat, LOOPBACK, free_port())
    link = Link(free_port(), server.sockets[0].getsockname()[1], random.Random(1))  # noqa: S311
    await link.open()
    reader, writer = await asyncio.open_connection(LOOPBACK, link.port)
    try:
        yield link, reader, writer
    finally:
        writer.close()
        await link.close()
        server.close()
        await asyncio.sleep(0.05)


async def test_a_database_that_vanished_without_a_word_is_found_and_replaced(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "ANSWER_SECONDS", 1)
    link = Link(free_port(), postgres.port, random.Random(1))  # noqa: S311
    await link.open()
    database = sessions.Database(
        postgres.url("postgres").replace(f":{postgres.port}/", f":{link.port}/"), name="essai"
    )
    try:
        with pytest.raises(TimeoutError):
            async with database.transaction() as session:
                await session.execute(text("SELECT 1"))
                link.half_open()
                await session.execute(text("SELECT 1"))
        async with database.transaction() as session:
            assert await session.scalar(text("SELECT 1")) == 1
    finally:
        await database.close()
        await link.close()


async def test_a_link_hands_bytes_on_until_it_falls_silent() -> None:
    async with echoed() as (link, reader, writer):
        writer.write(b"un")
        assert await asyncio.wait_for(reader.read(10), 2) == b"un"
        link.weather = Weather(silent=True)
        writer.write(b"deux")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(10), 0.3)
        link.weather = Weather()
        assert await asyncio.wait_for(reader.read(10), 2) == b"deux"


async def test_a_link_cut_is_seen_and_a_half_open_one_is_not() -> None:
    async with echoed() as (link, reader, writer):
        writer.write(b"un")
        await reader.read(10)
        link.half_open()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(10), 0.3)
    async with echoed() as (link, reader, writer):
        writer.write(b"un")
        await reader.read(10)
        link.reset()
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(10), 2)
