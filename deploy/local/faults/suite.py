"""Plays scenarios one after the other, each ended by the checker."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deploy.local.faults.catalogue import Scenario
from deploy.local.faults.checker import NAMES, Verdict, check
from deploy.local.faults.world import Outcome, World

Say = Callable[[str], None]
CONTROL_SCALE = 0.1


@dataclass(slots=True, kw_only=True)
class Played:
    """What one scenario showed."""

    id: str
    title: str
    ok: bool
    seconds: float
    counts: dict[str, float] = field(default_factory=dict)
    recoveries: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    control: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """The same for a file."""
        shown: dict[str, Any] = {
            "id": self.id,
            "title": self.title,
            "ok": self.ok,
            "seconds": round(self.seconds, 1),
            "counts": self.counts,
            "recoveries": [round(value, 2) for value in self.recoveries],
            "wrong": self.wrong,
        }
        if self.control is not None:
            shown["control"] = self.control
        return shown


class Suite:
    """Plays on one platform as long as it is sound, on a new one after a red scenario."""

    def __init__(self, seed: int, say: Say, scales: Mapping[str, float]) -> None:
        self._seed, self._say, self._scales = seed, say, scales
        self._world: World | None = None

    async def play(self, scenarios: Sequence[Scenario], *, controls: bool) -> list[Played]:
        """Play them all; nothing that happens in one stops the others."""
        played = []
        try:
            for scenario in scenarios:
                done = await self._play(scenario)
                if controls:
                    done.control = await self._control(scenario)
                    done.ok = done.ok and bool(done.control["ok"])
                self._tell(done)
                played.append(done)
        finally:
            await self._leave()
        return played

    async def _play(self, scenario: Scenario) -> Played:
        self._say(f"{scenario.id} : {scenario.title}…")
        begun = time.monotonic()
        done = Played(id=scenario.id, title=scenario.title, ok=False, seconds=0)
        try:
            world = await self._enter(scenario)
            outcome, verdict = await _play_and_check(scenario.play, world, scenario.limit)
        except Exception as error:  # noqa: BLE001 - a scenario that falls is red; the others are played
            done.wrong.append(f"{type(error).__name__} : {error}")
        else:
            done.wrong = outcome.wrong + [f"{n} × {what}" for what, n in _faults(verdict)]
            done.ok = verdict.clean and not outcome.wrong
            done.recoveries = outcome.recoveries
            done.counts = {name: verdict.counts[name] for name in NAMES} | outcome.counts
            done.counts["drained_seconds"] = round(verdict.drained_seconds, 1)
        done.seconds = time.monotonic() - begun
        if not done.ok:
            await self._leave()
        return done

    async def _control(self, scenario: Scenario) -> dict[str, Any]:
        if scenario.unprotect is None:
            return {"ok": False, "why": "pas de contrôle"}
        await self._leave()
        try:
            world = await self._enter(scenario, CONTROL_SCALE)
            outcome, verdict = await _play_and_check(scenario.unprotect, world, 20)
        except Exception as error:  # noqa: BLE001 - a control that falls proves nothing
            return {"ok": False, "why": f"{type(error).__name__} : {error}"}
        finally:
            await self._leave()
        found = {name: verdict.counts[name] for name in NAMES if verdict.counts[name]}
        found |= {"wrong": len(outcome.wrong)} if outcome.wrong else {}
        return {"ok": any(found.get(name) for name in scenario.reds), "found": found}

    async def _enter(self, scenario: Scenario, scale: float | None = None) -> World:
        draw = random.Random(f"{self._seed}-{scenario.id}")  # noqa: S311 - a replayable draw
        if self._world is not None and bool(self._world.links) != scenario.linked:
            await self._leave()
        if self._world is None:
            self._world = await World.start(draw, 1.0, linked=scenario.linked)
        self._world.draw = draw
        self._world.scale = scale if scale is not None else self._scales[scenario.id]
        return self._world

    async def _leave(self) -> None:
        if self._world is not None:
            world, self._world = self._world, None
            await world.stop()

    def _tell(self, done: Played) -> None:
        state = "vert" if done.ok else "ROUGE"
        self._say(f"{done.id} : {state} en {done.seconds:.0f} s {_short(done.counts)}")
        for sentence in done.wrong:
            self._say(f"    {sentence}")
        if done.control is not None:
            self._say(f"    contrôle : {done.control}")


async def _play_and_check(
    play: Callable[[World], Any], world: World, limit: float
) -> tuple[Outcome, Verdict]:
    outcome: Outcome = await play(world)
    return outcome, await check(world, limit)


def _faults(verdict: Verdict) -> list[tuple[str, int]]:
    return list(verdict.details.items()) if not verdict.clean else []


def _short(counts: Mapping[str, float]) -> str:
    shown = {name: value for name, value in counts.items() if value or name in NAMES[:4]}
    return ", ".join(f"{name} {value:g}" for name, value in shown.items())
