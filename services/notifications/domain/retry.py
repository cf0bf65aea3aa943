"""When to try again after the mail server said "not now"."""

from datetime import datetime, timedelta

DELAYS = tuple(
    timedelta(seconds=seconds) for seconds in (2, 5, 15, 60, 300, 900, 1800, 3600, 3 * 3600)
)
"""Short at first (the server may only be restarting), then patient; the last one repeats."""

PATIENCE = timedelta(hours=48)
"""After this long without success, the message is given up."""


def next_try(attempts: int, now: datetime, *, jitter: float) -> datetime:
    """When to try again after `attempts` failures.

    `jitter` is drawn in [0, 1[ by the caller: it spreads the delay between 80 % and 120 %, so
    that messages deferred together do not come back together.
    """
    delay = DELAYS[min(attempts, len(DELAYS)) - 1] if attempts > 0 else timedelta()
    return now + delay * (0.8 + 0.4 * jitter)


def given_up(first_tried_at: datetime | None, now: datetime) -> bool:
    """Whether the time allowed for this message is over."""
    return first_tried_at is not None and now - first_tried_at >= PATIENCE
