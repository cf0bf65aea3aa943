"""Clients as they are: they ask, wait, ask again with the same key, and remember every answer."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import httpx

from deploy.local.faults.history import Attempt
from deploy.local.faults.world import World

PATIENCE_SECONDS: Final = 40.0
"""How long a client insists before it gives up without knowing."""
_AGAIN_SECONDS: Final = 0.3


@dataclass(frozen=True, kw_only=True)
class Mix:
    """Shares of what clients do after a first success."""

    repeat: float = 0.3
    """Send the very same request again: same key, same body."""
    knock: float = 0.05
    """Register the same e-mail once more, with another key."""
    cancel: float = 0.05
    """Give the seat back."""


class Clients:
    """A few people registering over HTTP."""

    def __init__(
        self,
        world: World,
        *,
        width: int = 16,
        mix: Mix | None = None,
        pause: float = 0.0,
        deadline: float = 10.0,
    ) -> None:
        """`pause`: seconds that each client lets pass between two people; `deadline` of one ask."""
        self.world, self.mix, self.pause = world, mix or Mix(), pause
        self.stopping = False
        self._width = width
        self._number = itertools.count(1)
        self._people = f"{world.draw.getrandbits(40):010x}"
        self._http = httpx.AsyncClient(
            base_url=world.base_url,
            timeout=httpx.Timeout(deadline),
            limits=httpx.Limits(max_connections=width, max_keepalive_connections=width),
            trust_env=False,
        )

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def evening(self, capacity: int, *, waiting_list: bool = True) -> str:
        """Plan and publish an evening."""
        start = datetime.now(UTC) + timedelta(days=180)
        planned = {
            "kind": "soiree_accueil",
            "title": "Soirée d’essai",
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(hours=3)).isoformat(),
            "place": "Salle des fêtes",
            "commune": "41269",
            "capacity": capacity,
            "waiting_list": waiting_list,
        }
        headers = self.world.headers("evenements")
        made = await self._http.post("/events/api/v1/events", json=planned, headers=headers)
        made.raise_for_status()
        event_id = str(made.json()["id"])
        opened = await self._http.post(
            f"/events/api/v1/events/{event_id}/publication", headers=headers
        )
        opened.raise_for_status()
        self.world.history.capacities[event_id] = capacity
        return event_id

    async def register(
        self, event_id: str, *, email: str | None = None, key: str | None = None
    ) -> Attempt:
        """Register somebody new (or this e-mail), and insist until the answer is known."""
        number = next(self._number)
        email = email or f"p{number}.{self._people}@exemple.fr"
        key = key or str(UUID(int=self.world.draw.getrandbits(128), version=4))
        attempt = Attempt(key=key, event_id=event_id, email=email)
        self.world.history.attempts.append(attempt)
        self.world.history.write("invoke", attempt)
        begun = time.monotonic()
        while time.monotonic() - begun < PATIENCE_SECONDS:
            attempt.tries += 1
            sent = time.monotonic()
            answer = await self._post(attempt)
            attempt.slowest = max(attempt.slowest, time.monotonic() - sent)
            if answer is not None and self._settled(attempt, answer):
                break
            await asyncio.sleep(_AGAIN_SECONDS)
        attempt.seconds = time.monotonic() - begun
        self.world.history.write(attempt.outcome, attempt, status=attempt.status)
        return attempt

    async def follow_up(self, attempt: Attempt) -> None:
        """What some people do after a first success."""
        if attempt.outcome != "ok":
            return
        chance = self.world.draw.random()
        if chance < self.mix.repeat:
            await self.repeat(attempt)
        elif chance < self.mix.repeat + self.mix.knock:
            await self.register(attempt.event_id, email=attempt.email)
        elif chance < self.mix.repeat + self.mix.knock + self.mix.cancel:
            await self.cancel(attempt)

    async def repeat(self, attempt: Attempt) -> None:
        """Send the same request again; a different answer is a fault."""
        answer = await self._post(attempt)
        if answer is None or answer.status_code == 503:
            return
        if answer.status_code != 201 or answer.text != attempt.body:
            self.world.history.changed_answers += 1

    async def cancel(self, attempt: Attempt) -> None:
        """Have the agency give the seat back; insists, as the agency would."""
        path = f"/events/api/v1/registrations/{attempt.registration_id}/cancellation"
        for _ in range(60):
            try:
                answer = await self._http.post(path, headers=self.world.headers("evenements"))
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code != 503:
                return
            await asyncio.sleep(_AGAIN_SECONDS)

    async def many(self, events: Sequence[str], count: int) -> list[Attempt]:
        """`count` people, spread over the events, a few at a time."""
        places = iter(range(count))
        done: list[Attempt] = []

        async def one_line() -> None:
            for place in places:
                if self.stopping:
                    return
                attempt = await self.register(events[place % len(events)])
                done.append(attempt)
                await self.follow_up(attempt)
                await asyncio.sleep(self.pause)

        await asyncio.gather(*(one_line() for _ in range(self._width)))
        return done

    async def _post(self, attempt: Attempt) -> httpx.Response | None:
        body = {
            "first_name": "Camille",
            "last_name": f"Essai {attempt.email.split('.')[0]}",
            "email": attempt.email,
            "profile": "interne",
            "consent": False,
        }
        path = f"/events/api/v1/events/{attempt.event_id}/registrations"
        try:
            return await self._http.post(path, json=body, headers={"Idempotency-Key": attempt.key})
        except httpx.TransportError:
            self.world.history.cut += 1
            return None

    def _settled(self, attempt: Attempt, answer: httpx.Response) -> bool:
        attempt.status = answer.status_code
        history = self.world.history
        if answer.status_code == 201:
            attempt.outcome, attempt.body = "ok", answer.text
            return True
        if answer.status_code == 503:
            history.busy += 1
            if "retry-after" not in answer.headers:
                history.unexpected.append("503 sans Retry-After")
            return False
        if answer.status_code >= 500:
            history.unexpected.append(f"{answer.status_code} {answer.text[:80]}")
            return False
        attempt.outcome = "fail"
        return True


@dataclass(slots=True)
class Running:
    """Load that goes on while things are broken."""

    attempts: list[Attempt] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Everybody has registered."""


@asynccontextmanager
async def load(clients: Clients, events: Sequence[str], count: int) -> AsyncIterator[Running]:
    """Run `count` registrations meanwhile; on leaving, those not yet begun are dropped."""
    running = Running()
    clients.stopping = False
    task = asyncio.create_task(clients.many(events, count))
    task.add_done_callback(lambda _: running.over.set())
    try:
        yield running
    finally:
        clients.stopping = True
        running.attempts = await task
