"""The one checker: what was promised against what is, after every scenario.

Lost: a promise without its seat, its event, a reaction or its letter. Duplicated: two effects of
one promise. Oversold: more seats than there are. Inversions: versions missing, or settled out of
order. Zombies: said to be published, and not in the stream. Ghosts: in a stream, in no journal.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from deploy.local.faults.drain import drained
from deploy.local.faults.history import History
from deploy.local.faults.services import readers_of
from deploy.local.faults.truth import Row, Truth, read_truth
from deploy.local.faults.world import World

NAMES = (
    "lost",
    "duplicated",
    "oversold",
    "inversions",
    "zombies",
    "ghosts",
    "left_over",
    "read_model",
    "dead_letters",
    "broken_answers",
)
"""What must be 0."""
_OWES_A_LETTER = {
    f"events.registration.{what}.v1"
    for what in ("confirmed", "waitlisted", "cancelled", "link-requested")
}


@dataclass(slots=True)
class Verdict:
    """What the checker found: a figure for each of `NAMES`, and where it comes from."""

    counts: Counter[str] = field(default_factory=Counter)
    details: Counter[str] = field(default_factory=Counter)
    drained_seconds: float = 0.0

    @property
    def clean(self) -> bool:
        """Whether every figure is 0."""
        return not any(self.counts[name] for name in NAMES)

    def add(self, name: str, number: int, detail: str) -> None:
        """Count `number` under `name`, because of `detail`."""
        if number:
            self.counts[name] += number
            self.details[detail] += number


async def check(world: World, limit: float = 90.0) -> Verdict:
    """Wait until all has settled, then compare."""
    verdict = Verdict()
    verdict.drained_seconds, left = await drained(world, limit)
    for name, number in left.items():
        verdict.add("left_over", number, f"reste : {name}")
    truth = await read_truth(world)
    judge(verdict, truth, world.history)
    expected = world.dead_letters
    verdict.add("dead_letters", len(truth.dead - expected), "message en souffrance imprévu")
    verdict.add("dead_letters", len(expected - truth.dead), "message en souffrance manquant")
    return verdict


def judge(verdict: Verdict, truth: Truth, history: History) -> None:
    """Compare what was promised with what is."""
    _seats(verdict, truth, history)
    _answers(verdict, truth, history)
    _streams(verdict, truth)
    _positions(verdict, truth)
    _effects(verdict, truth)
    _letters(verdict, truth)


def _seats(verdict: Verdict, truth: Truth, history: History) -> None:
    confirmed = Counter(
        event for event, _, status in truth.registrations.values() if status == "confirmed"
    )
    active = Counter(
        (event, email)
        for event, email, status in truth.registrations.values()
        if status != "cancelled"
    )
    verdict.add("duplicated", sum(n - 1 for n in active.values()), "deux places pour une personne")
    refused = {
        one.event_id for one in history.attempts if one.outcome == "fail" and one.status == 409
    }
    for seats in truth.seats:
        event, capacity = seats["event_id"], history.capacities.get(seats["event_id"])
        if capacity is None:
            continue
        verdict.add("oversold", max(0, confirmed[event] - capacity), "places vendues en trop")
        verdict.add(
            "oversold", abs(confirmed[event] - seats["confirmed"]), "compteur de places faux"
        )
        if (event in refused or seats["waitlisted"]) and confirmed[event] < capacity:
            verdict.add("lost", capacity - confirmed[event], "place refusée à tort")


def _answers(verdict: Verdict, truth: Truth, history: History) -> None:
    said = Counter(
        row.aggregate_id
        for row in truth.journals["events"]
        if row.subject in {"events.registration.confirmed.v1", "events.registration.waitlisted.v1"}
        and row.version == 1
    )
    for attempt in history.promised():
        found = truth.registrations.get(attempt.registration_id)
        verdict.add("lost", int(found is None), "inscription promise absente")
        if found is not None:
            verdict.add("lost", int(not said[attempt.registration_id]), "inscription non dite")
    verdict.add("duplicated", sum(n - 1 for n in said.values()), "inscription dite deux fois")
    verdict.add("broken_answers", history.changed_answers, "réponse différente à la même clé")
    for answer, number in Counter(history.unexpected).items():
        verdict.add("broken_answers", number, f"réponse hors contrat : {answer}")


def _streams(verdict: Verdict, truth: Truth) -> None:
    for service, rows in truth.journals.items():
        said = {row.event_id for row in rows}
        held = {message.event_id for message in truth.streams[service]}
        sound = {row.event_id for row in rows if not row.parked}
        verdict.add("zombies", len(sound - held), f"absent du flux {service}")
        verdict.add("ghosts", len(held - said), f"inconnu du journal {service}")
        verdict.add("inversions", _gaps(rows), f"version manquante au journal {service}")


def _gaps(rows: Iterable[Row]) -> int:
    versions: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in rows:
        versions[row.aggregate, row.aggregate_id].append(row.version)
    return sum(found != list(range(1, len(found) + 1)) for found in versions.values())


def _positions(verdict: Verdict, truth: Truth) -> None:
    for (service, reader), reached in truth.positions.items():
        speaker, aggregate = next(
            (speaker, aggregate)
            for name, speaker, aggregate in readers_of(service)
            if name == reader
        )
        last: dict[str, int] = {}
        for row in truth.journals[speaker]:
            if row.aggregate == aggregate:
                last[row.aggregate_id] = row.version
        behind = sum(reached.get(one, 0) < version for one, version in last.items())
        beyond = sum(version > last.get(one, 0) for one, version in reached.items())
        verdict.add("inversions", behind + beyond, f"position fausse : {service} {reader}")


def _effects(verdict: Verdict, truth: Truth) -> None:
    """What the reactions wrote, and in which order."""
    dead = {event for service, _, event in truth.dead if service == "prospection"}
    for service, rows in truth.journals.items():
        missing = sum(
            row.event_id not in truth.envelopes and row.event_id not in dead for row in rows
        )
        verdict.add("lost", missing, f"réaction absente : {service}")
        before: dict[tuple[str, str], float] = {}
        inverted = 0
        for row in sorted(rows, key=lambda row: row.version):
            key, at = (row.aggregate, row.aggregate_id), truth.envelopes.get(row.event_id, 0.0)
            inverted += 0 < at < before.get(key, 0.0)
            before[key] = at or before.get(key, 0.0)
        verdict.add("inversions", inverted, f"réactions dans le désordre : {service}")
    verdict.add("lost", truth.cards_behind, "fiche absente")
    actual = {one: status for one, (_, _, status) in truth.registrations.items()}
    for service, known in truth.known.items():
        different = sum(known.get(one) != status for one, status in actual.items())
        different += len(known.keys() - actual.keys())
        blocked = sum(1 for where, _, _ in truth.dead if where == service)
        verdict.add("read_model", max(0, different - blocked), f"modèle de lecture : {service}")


def _letters(verdict: Verdict, truth: Truth) -> None:
    dead = {event for service, _, event in truth.dead if service == "notifications"}
    owed = Counter(letter.cause_id for letter in truth.letters)
    for row in truth.journals["events"]:
        if row.subject in _OWES_A_LETTER and row.event_id not in dead and not row.parked:
            verdict.add("lost", int(not owed[row.event_id]), "lettre jamais due")
            verdict.add("duplicated", max(0, owed[row.event_id] - 1), "lettre due deux fois")
    doubted = {letter.header_id for letter in truth.letters if letter.doubted}
    known = {letter.header_id for letter in truth.letters}
    for letter in truth.letters:
        if letter.state == "sent":
            gone = int(not truth.taken.get(letter.header_id or ""))
            verdict.add("lost", gone, "lettre dite envoyée, jamais reçue")
        elif letter.state != "cancelled":
            verdict.add("lost", 1, f"lettre restée {letter.state}")
    for header_id, times in truth.taken.items():
        verdict.add("ghosts", int(header_id not in known), "lettre inconnue")
        if header_id in doubted:
            verdict.details["lettre renvoyée après un doute déclaré"] += times - 1
        else:
            verdict.add("duplicated", times - 1, "lettre reçue deux fois")
