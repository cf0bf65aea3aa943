"""Ids are unique and ordered by time."""

from datetime import UTC, datetime, timedelta

from shared.persistence.tables import uuid7


def test_ids_follow_each_other_in_time() -> None:
    start = datetime(2027, 5, 20, 17, tzinfo=UTC)
    ids = [uuid7(start + timedelta(milliseconds=step)) for step in range(50)]
    assert ids == sorted(ids)
    assert {made.version for made in ids} == {7}


def test_a_hundred_thousand_ids_are_all_different() -> None:
    assert len({uuid7() for _ in range(100_000)}) == 100_000
