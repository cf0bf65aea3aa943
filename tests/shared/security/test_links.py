"""Action links: one purpose, one object, until a moment."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from shared.security import links

NOW = datetime(2027, 5, 20, 17, tzinfo=UTC)
KEY = "a-key-for-tests"


def test_a_link_says_what_was_signed() -> None:
    object_id = uuid4()
    token = links.sign(
        KEY, purpose="manage", object_id=object_id, epoch=3, expires_at=NOW + timedelta(days=1)
    )
    capability = links.read(KEY, token, purpose="manage", now=NOW)
    assert (capability.object_id, capability.epoch) == (object_id, 3)


@pytest.mark.parametrize("change", ["purpose", "key", "cut", "altered"])
def test_a_link_of_another_kind_or_altered_is_refused(change: str) -> None:
    token = links.sign(
        KEY, purpose="manage", object_id=uuid4(), epoch=1, expires_at=NOW + timedelta(days=1)
    )
    given = {"cut": token[:-4], "altered": "A" + token[1:]}.get(change, token)
    with pytest.raises(links.LinkInvalid):
        links.read(
            "another" if change == "key" else KEY,
            given,
            purpose="answer" if change == "purpose" else "manage",
            now=NOW,
        )


def test_an_expired_link_still_tells_what_it_was_for() -> None:
    object_id = uuid4()
    token = links.sign(KEY, purpose="manage", object_id=object_id, epoch=1, expires_at=NOW)
    with pytest.raises(links.LinkExpired) as refused:
        links.read(KEY, token, purpose="manage", now=NOW)
    assert refused.value.capability.object_id == object_id
