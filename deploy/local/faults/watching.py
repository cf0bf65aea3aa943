"""Waiting for something to be seen, with a limit, and how long it took."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
import httpx
import psutil
from asyncpg.exceptions import InterfaceError, PostgresError
from nats.errors import Error as NatsError

from deploy.local.faults.world import NotRecovered, World

T = TypeVar("T")


async def seen(
    look: Callable[[], Awaitable[T | None]], what: str, limit: float = 15.0, every: float = 0.1
) -> tuple[T, float]:
    """Look until something is there; returns it and the seconds. Raises NotRecovered."""
    begun = time.monotonic()
    while True:
        try:
            found = await look()
        except (OSError, PostgresError, InterfaceError, httpx.HTTPError, NatsError):
            found = None
        if found:
            return found, time.monotonic() - begun
        if time.monotonic() - begun > limit:
            raise NotRecovered(f"{what} : pas vu en {limit:.0f} s")
        await asyncio.sleep(every)


async def alarm(world: World, service: str, beginning: str, limit: float = 10.0) -> float:
    """Wait until an alarm whose name begins so stands; returns the seconds it took."""

    async def look() -> bool:
        names = (await world.health(service)).get("alarmes", {})
        return any(name.startswith(beginning) for name in names)

    return (await seen(look, f"alarme « {beginning} » de {service}", limit))[1]


async def newest_published(connection: asyncpg.Connection) -> int:
    """The newest row of a journal that left."""
    return int(
        await connection.fetchval("SELECT max(id) FROM journal WHERE stream_seq IS NOT NULL") or 0
    )


async def publishes_again(world: World, service: str, after: int, limit: float = 30.0) -> float:
    """Wait until a row newer than `after` left the journal; returns the seconds it took."""

    async def look() -> bool:
        async with world.sql(service) as connection:
            return await newest_published(connection) > after

    return (await seen(look, f"publication de {service}", limit, 0.05))[1]


async def cpu_share(world: World, service: str, seconds: float) -> float:
    """The share of one core that a service takes, in percent, over some seconds."""
    process = world.service_process(service)
    if process is None:
        raise NotRecovered(f"{service} ne tourne pas")
    before = sum(process.cpu_times()[:2])
    await asyncio.sleep(seconds)
    try:
        return 100 * (sum(process.cpu_times()[:2]) - before) / seconds
    except psutil.Error as error:
        raise NotRecovered(f"{service} s’est arrêté") from error
