"""Ending background tasks for sure."""

import asyncio
from typing import Any


async def end(*tasks: "asyncio.Task[Any] | None") -> None:
    """Cancel tasks until they are over.

    Python 3.11's `wait_for` swallows a cancellation that meets a result: asking once is not
    enough.
    """
    waiting = {task for task in tasks if task is not None}
    while waiting:
        for task in waiting:
            task.cancel()
        done, waiting = await asyncio.wait(waiting, timeout=0.2)
        for task in done:
            if not task.cancelled():
                task.exception()
