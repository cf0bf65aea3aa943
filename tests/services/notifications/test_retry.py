"""Waiting grows, and ends."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.retry import DELAYS, PATIENCE, given_up, next_try

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


def test_the_first_waits_are_short_enough_for_a_server_that_restarts() -> None:
    waits = [next_try(attempts, NOW, jitter=0.5) - NOW for attempts in (1, 2, 3, 4, 5)]
    assert [wait.total_seconds() for wait in waits] == [2, 5, 15, 60, 300]


@given(st.integers(1, 500), st.floats(0, 0.999))
def test_every_wait_stays_near_its_delay(attempts: int, jitter: float) -> None:
    delay = DELAYS[min(attempts, len(DELAYS)) - 1]
    wait = next_try(attempts, NOW, jitter=jitter) - NOW
    assert delay * 0.79 <= wait <= delay * 1.21


def test_patience_counts_from_the_first_try() -> None:
    assert not given_up(None, NOW)
    assert not given_up(NOW - PATIENCE + timedelta(seconds=1), NOW)
    assert given_up(NOW - PATIENCE, NOW)
