"""The checker of the fault suite goes red for each kind of fault, and only then."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.faults.checker import Verdict, judge
from deploy.local.faults.history import Attempt, History
from deploy.local.faults.services import readers_of
from deploy.local.faults.streams import Stored
from deploy.local.faults.truth import Letter, Row, Truth
from deploy.local.services import SERVICES

CONFIRMED = "events.registration.confirmed.v1"


def sound() -> Truth:
    """One evening of one seat, one person seated, told and written to."""
    said = Row("e1", CONFIRMED, "registration", "r1", 1, parked=False)
    readers: dict[tuple[str, str], dict[str, int]] = {
        (service, name): {} for service in SERVICES for name, _, _ in readers_of(service)
    }
    heard = {("prospection", "events-registration"), ("notifications", "events-registration")}
    return Truth(
        journals={service: [said] if service == "events" else [] for service in SERVICES},
        streams={
            service: [Stored(1, "e1", "r1", 1)] if service == "events" else []
            for service in SERVICES
        },
        positions=readers | {reader: {"r1": 1} for reader in heard},
        seats=[{"event_id": "v1", "capacity": 1, "confirmed": 1, "waitlisted": 0}],
        registrations={"r1": ("v1", "a@exemple.fr", "confirmed")},
        known={"prospection": {"r1": "confirmed"}, "notifications": {"r1": "confirmed"}},
        letters=[Letter("<m1>", "e1", CONFIRMED, "sent", doubted=False)],
        taken={"<m1>": 1},
        envelopes={"e1": 10.0},
        cards_behind=0,
        dead=frozenset(),
    )


def judged(truth: Truth, promised: str = "r1") -> Verdict:
    """What the checker says of it, one registration having been promised."""
    history = History(Path("/nowhere"), capacities={"v1": 1})
    attempt = Attempt(key="k", event_id="v1", email="a@exemple.fr", outcome="ok", status=201)
    attempt.body = f'{{"id":"{promised}","status":"confirmed"}}'
    history.attempts.append(attempt)
    verdict = Verdict()
    judge(verdict, truth, history)
    return verdict


def without_seat(truth: Truth) -> Truth:
    """The promise is kept nowhere."""
    return replace(truth, registrations={}, known={"prospection": {}, "notifications": {}})


def sold_twice(truth: Truth) -> Truth:
    """Two people in one seat."""
    more = {**truth.registrations, "r2": ("v1", "b@exemple.fr", "confirmed")}
    return replace(truth, registrations=more)


def same_person_twice(truth: Truth) -> Truth:
    """One person in two seats."""
    more = {**truth.registrations, "r2": ("v1", "a@exemple.fr", "waitlisted")}
    return replace(truth, registrations=more)


def never_published(truth: Truth) -> Truth:
    """In the journal, not in the stream."""
    return replace(truth, streams={**truth.streams, "events": []})


def never_committed(truth: Truth) -> Truth:
    """In the stream, not in the journal."""
    more = [*truth.streams["events"], Stored(2, "e9", "r9", 1)]
    return replace(truth, streams={**truth.streams, "events": more})


def not_settled(truth: Truth) -> Truth:
    """A reader is behind."""
    reader = ("prospection", "events-registration")
    return replace(truth, positions={**truth.positions, reader: {}})


def out_of_order(truth: Truth) -> Truth:
    """The second version was settled before the first."""
    rows = [
        *truth.journals["events"],
        Row("e2", "events.registration.seen.v1", "registration", "r1", 2, parked=False),
    ]
    stream = [*truth.streams["events"], Stored(2, "e2", "r1", 2)]
    return replace(
        truth,
        journals={**truth.journals, "events": rows},
        streams={**truth.streams, "events": stream},
        positions={key: ({"r1": 2} if one else one) for key, one in truth.positions.items()},
        envelopes={"e1": 10.0, "e2": 9.0},
    )


def letter_missing(truth: Truth) -> Truth:
    """Said to be sent, never received."""
    return replace(truth, taken={})


def letter_never_owed(truth: Truth) -> Truth:
    """Nobody thought of writing."""
    return replace(truth, letters=[], taken={})


def letter_twice(truth: Truth) -> Truth:
    """Received twice without any doubt."""
    return replace(truth, taken={"<m1>": 2})


def other_read_model(truth: Truth) -> Truth:
    """Heard otherwise."""
    return replace(truth, known={**truth.known, "prospection": {"r1": "waitlisted"}})


def no_reaction(truth: Truth) -> Truth:
    """Heard nowhere."""
    return replace(truth, envelopes={})


def test_a_sound_platform_is_clean() -> None:
    assert judged(sound()).clean


@pytest.mark.parametrize(
    ("breach", "name"),
    [
        (without_seat, "lost"),
        (sold_twice, "oversold"),
        (same_person_twice, "duplicated"),
        (never_published, "zombies"),
        (never_committed, "ghosts"),
        (not_settled, "inversions"),
        (out_of_order, "inversions"),
        (letter_missing, "lost"),
        (letter_never_owed, "lost"),
        (letter_twice, "duplicated"),
        (other_read_model, "read_model"),
        (no_reaction, "lost"),
    ],
)
def test_each_kind_of_fault_turns_the_checker_red(
    breach: Callable[[Truth], Truth], name: str
) -> None:
    verdict = judged(breach(sound()))
    assert verdict.counts[name] > 0
    assert not verdict.clean


def test_a_letter_sent_again_after_a_declared_doubt_is_no_fault() -> None:
    doubted = Letter("<m1>", "e1", CONFIRMED, "sent", doubted=True)
    assert judged(replace(letter_twice(sound()), letters=[doubted])).clean


def test_a_promise_that_nobody_knows_is_a_loss() -> None:
    assert judged(sound(), promised="r404").counts["lost"] == 1
