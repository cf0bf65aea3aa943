"""Runs the jobs of one service: at their rhythm, and at once when a commit asked for it."""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from shared.persistence.sessions import WAKE_JOBS
from shared.runtime.service import Job, Resources

logger = logging.getLogger(__name__)


class Jobs:
    """The running jobs of one service; a failing one is tried again at its next turn."""

    def __init__(self, jobs: Iterable[Job], resources: Resources) -> None:
        self._resources = resources
        self._wakes = {job.name: asyncio.Event() for job in jobs}
        self._jobs = tuple(jobs)
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False
        resources.database.after_commit.append(self._after_commit)

    def start(self) -> None:
        """Begin."""
        self._tasks = [asyncio.create_task(self._run(job)) for job in self._jobs]

    async def stop(self, grace: float = 10) -> None:
        """Let the running turns end, for at most `grace` seconds."""
        self._stopping = True
        for wake in self._wakes.values():
            wake.set()
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _after_commit(self, info: dict[Any, Any]) -> None:
        if info.get(WAKE_JOBS):
            for wake in self._wakes.values():
                wake.set()

    async def _run(self, job: Job) -> None:
        wake = self._wakes[job.name]
        while not self._stopping:
            wake.clear()
            try:
                await job.run(self._resources)
            except Exception as error:  # noqa: BLE001 - the next turn tries again
                logger.warning("job %s: %s", job.name, type(error).__name__)
                await asyncio.sleep(min(job.every_seconds, 2.0))
            with suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), job.every_seconds)
