"""TCP links that can be slowed, choked, silenced or cut, between the services and their servers."""

import asyncio
import random
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from deploy.local.ports import LOOPBACK

_CHUNK: Final = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """What a link does to what passes: a delay in seconds, a rate in bytes per second."""

    delay: float = 0.0
    jitter: float = 0.0
    rate: float = 0.0
    silent: bool = False
    """Nothing passes, nobody is told: bytes wait until the silence ends."""


CLEAR: Final = Weather()


class Link:
    """One proxied port."""

    def __init__(self, port: int, target: int, draw: random.Random) -> None:
        self.port, self.target, self._draw = port, target, draw
        self.weather = CLEAR
        self.passed = 0
        self._server: asyncio.Server | None = None
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._deaf: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        """Accept connections."""
        self._server = await asyncio.start_server(self._accept, LOOPBACK, self.port)

    async def close(self) -> None:
        """Cut everything, accept nothing."""
        if self._server is not None:
            self._server.close()
        self._deaf.clear()
        self.reset()
        for _ in range(20):
            if self._pairs:
                await asyncio.sleep(0.1)

    def reset(self) -> None:
        """Cut every connection at both ends, with an RST."""
        at_once = struct.pack("ii", 1, 0)
        for pair in list(self._pairs):
            for writer in pair:
                connected = writer.get_extra_info("socket")
                with suppress(OSError):  # closed meanwhile
                    connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
                writer.transport.abort()

    def half_open(self) -> None:
        """The server forgets every connection; the client is told nothing, ever."""
        for near, far in list(self._pairs):
            self._deaf.add(near)
            far.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        try:
            back, far = await asyncio.open_connection(LOOPBACK, self.target)
        except OSError:
            near.transport.abort()
            return
        pair = (near, far)
        self._pairs.add(pair)
        try:
            await asyncio.gather(self._carry(reader, far), self._carry(back, near))
            while near in self._deaf and not near.is_closing():  # noqa: ASYNC110 - told by nobody
                await asyncio.sleep(0.5)
        finally:
            self._pairs.discard(pair)
            self._deaf.discard(near)
            for writer in pair:
                writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while chunk := await reader.read(_CHUNK):
                await self._suffer(len(chunk))
                writer.write(chunk)
                await writer.drain()
                self.passed += len(chunk)
            if writer not in self._deaf and writer.can_write_eof():
                writer.write_eof()
        except OSError:
            if writer not in self._deaf:
                writer.transport.abort()

    async def _suffer(self, size: int) -> None:
        while self.weather.silent:  # noqa: ASYNC110 - the weather is a plain value
            await asyncio.sleep(0.05)
        weather = self.weather
        wait = max(0.0, weather.delay + self._draw.uniform(-weather.jitter, weather.jitter))
        if weather.rate:
            wait += size / weather.rate
        if wait:
            await asyncio.sleep(wait)


Breach = Callable[[Link], Awaitable[None]]


async def _for(link: Link, weather: Weather, seconds: float) -> None:
    link.weather = weather
    await asyncio.sleep(seconds)
    link.weather = CLEAR


async def slow(link: Link) -> None:
    """Two tenths of a second more, give or take one."""
    await _for(link, Weather(delay=0.2, jitter=0.1), 4)


async def choked(link: Link) -> None:
    """Two kilobytes a second."""
    await _for(link, Weather(rate=2_000), 4)


async def silent(link: Link) -> None:
    """Nothing passes for ten seconds."""
    await _for(link, Weather(silent=True), 10)


async def cut(link: Link) -> None:
    """Every connection is reset, three times."""
    for _ in range(3):
        link.reset()
        await asyncio.sleep(0.5)


async def half_open(link: Link) -> None:
    """Every connection is dead, and its client does not know."""
    link.half_open()


BREACHES: Final[tuple[tuple[str, Breach], ...]] = (
    ("lent", slow),
    ("étranglé", choked),
    ("muet", silent),
    ("coupé", cut),
    ("à demi ouvert", half_open),
)
