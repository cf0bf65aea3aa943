"""Registrations over HTTP, 64 clients on one event, against the same work in one SQL statement."""

import asyncio
import importlib
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from deploy.local.bench.messaging.measures import Figure, ratio
from deploy.local.bench.messaging.world import folder
from deploy.local.commands.token import mint_for
from deploy.local.ports import LOOPBACK, free_port
from deploy.local.state import ROOT, State

CLIENTS = 64
CONNECTIONS = 16
REGISTRATIONS = 800
SEATS, ATTEMPTS = 150, 600
ROUNDS = 3
START_SECONDS = 90.0

_STRAIGHT = """
    SELECT taken.outcome
    FROM begin_registration($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) begun,
        LATERAL take_seat($12, $3, begun.person, $8, $13, $10, $14, $15, $11, $1, $16::jsonb) taken
"""


async def measure_registrations() -> list[Figure]:
    """A whole platform in one process, as on a laptop; the clients are here."""
    samples, oversold = [], 0
    async with _platform() as (address, token, database):
        for _ in range(ROUNDS):
            event = await _open_event(address, token, 5_000)
            straight = await _straight(database, await _open_event(address, token, 5_000))
            confirmed, spent = await _attempts(address, event, REGISTRATIONS)
            oversold += max(0, confirmed - 5_000)
            samples.append((confirmed / spent, straight))
        event = await _open_event(address, token, SEATS)
        await _attempts(address, event, ATTEMPTS)
        oversold += max(0, await _confirmed(database, event) - SEATS)
    return [
        ratio("registration_vs_sql", "inscriptions/s", samples, "une instruction SQL", 0.3),
        Figure(name="oversold", value=oversold, unit="places", bar=0, at_most=True),
    ]


@asynccontextmanager
async def _platform() -> AsyncIterator[tuple[str, str, str]]:
    """Give the address, a token and the database of events of a platform of our own."""
    async with folder() as path:
        port = free_port()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "deploy.local.cli", "up",
            "--port", str(port), "--data", str(path / "donnees"), "--no-demo",
            cwd=ROOT, stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        address = f"http://{LOOPBACK}:{port}"
        try:
            await _until_ready(address)
            yield (address, *_keys(path / "donnees"))
        finally:
            process.terminate()
            await process.wait()


def _keys(data: Path) -> tuple[str, str]:
    state = State.open(data)
    secret, port = state.secret("db:events"), state.known_ports()["postgres"]
    return mint_for(state, "evenements"), f"postgresql://events:{secret}@{LOOPBACK}:{port}/events"


async def _until_ready(address: str) -> None:
    end = time.monotonic() + START_SECONDS
    async with httpx.AsyncClient() as client:
        while time.monotonic() < end:
            try:
                if (await client.get(f"{address}/events/sante/pret")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)
    raise TimeoutError("the platform did not start")


async def _open_event(address: str, token: str, capacity: int) -> UUID:
    start = datetime.now(UTC) + timedelta(days=60)
    body = {
        "kind": "soiree_accueil",
        "title": "Mesure",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=3)).isoformat(),
        "place": "Salle",
        "commune": "41269",
        "capacity": capacity,
        "waiting_list": False,
    }
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=f"{address}/events/api/v1", headers=headers) as client:
        made = await client.post("/events", json=body)
        made.raise_for_status()
        event = UUID(made.json()["id"])
        (await client.post(f"/events/{event}/publication")).raise_for_status()
    return event


def _somebody() -> dict[str, Any]:
    name = uuid4().hex[:12]
    return {
        "first_name": "Ana",
        "last_name": f"Fictif {name}",
        "email": f"ana.{name}@exemple.fr",
        "profile": "interne",
    }


async def _attempts(address: str, event: UUID, number: int) -> tuple[int, float]:
    """How many were confirmed, and the seconds it took, 64 connections kept open."""
    host, port = address.removeprefix("http://").split(":")
    requests = [_request(host, event) for _ in range(number)]
    confirmed = 0

    async def one_client(place: int) -> None:
        nonlocal confirmed
        reader, writer = await asyncio.open_connection(host, int(port))
        for request in requests[place::CLIENTS]:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length")
            )
            await reader.readexactly(length)
            confirmed += head.startswith(b"HTTP/1.1 201")
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(one_client(place) for place in range(CLIENTS)))
    return confirmed, time.perf_counter() - begun


def _request(host: str, event: UUID) -> bytes:
    body = json.dumps(_somebody()).encode()
    head = (
        f"POST /events/api/v1/events/{event}/registrations HTTP/1.1\r\nHost: {host}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"Idempotency-Key: {uuid4()}\r\n\r\n"
    )
    return head.encode() + body


async def _straight(database: str, event: UUID) -> float:
    """Per second, the service's own two functions in one statement, 16 connections, 64 tasks."""
    rows = [_arguments(event) for _ in range(REGISTRATIONS)]
    async with asyncpg.create_pool(database, min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:

        async def some(place: int) -> int:
            confirmed = 0
            for row in rows[place::CLIENTS]:
                confirmed += await pool.fetchval(_STRAIGHT, *row) == "confirmed"
            return confirmed

        begun = time.perf_counter()
        confirmed = sum(await asyncio.gather(*(some(place) for place in range(CLIENTS))))
        spent = time.perf_counter() - begun
    if confirmed != REGISTRATIONS:
        raise RuntimeError(f"the straight form confirmed {confirmed} of {REGISTRATIONS}")
    return confirmed / spent


def _arguments(event: UUID) -> list[Any]:
    """What the service gives to its functions, made by the service itself."""
    use_case = importlib.import_module("services.events.application.register_person")
    answers = importlib.import_module("services.events.domain.answers").read_answers(
        _somebody(), consent=False
    )
    command = use_case.RegisterPerson(event_id=event, key=str(uuid4()), answers=answers)
    now = datetime.now(UTC)
    key = use_case.key_hash(command.key)
    begin = use_case._begin_values(command, key, "x", now)  # noqa: SLF001 - the very values of the hot path
    said = use_case._said(command, begin["person_id"], 1, now)  # noqa: SLF001
    take = use_case._take_values(command, key, said)  # noqa: SLF001
    names = "event_id person_id last_name first_name email email_key name_key phone now"
    rest = "registration_id profile consent notice_version said"
    return [
        begin["key"],
        begin["fingerprint"],
        *(begin[name] for name in names.split()),
        *(take[name] for name in rest.split()),
    ]


async def _confirmed(database: str, event: UUID) -> int:
    connection = await asyncpg.connect(database)
    try:
        query = "SELECT count(*) FROM registration WHERE event_id = $1 AND status = 'confirmed'"
        return int(await connection.fetchval(query, event))
    finally:
        await connection.close()
