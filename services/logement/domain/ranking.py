"""The ranking of offers for a request: pure, explainable, the same whatever the order given."""

from collections.abc import Iterable

from services.logement.domain import criteria, exclusions
from services.logement.domain.matching import (
    Candidate,
    Exclusion,
    Level,
    Match,
    Need,
    Ranking,
    Reason,
)
from services.logement.domain.rules import MatchingRules


def judge(need: Need, candidate: Candidate, rules: MatchingRules) -> Match | Exclusion:
    """Weigh one offer against the need."""
    free = exclusions.free_period(need, candidate)
    barrier = exclusions.barrier(need, candidate, free, rules)
    if free is None or barrier is not None:
        return Exclusion(candidate, barrier or exclusions.NOT_FREE)
    road_km = criteria.road_km(need, candidate, rules)
    reasons = criteria.reasons(need, candidate, free, rules)
    return Match(
        candidate=candidate,
        period=free,
        road_km=road_km,
        score=score(reasons, rules),
        reasons=reasons,
    )


def score(reasons: Iterable[Reason], rules: MatchingRules) -> int:
    """Weighted share of what is answered, out of 100: green whole, amber in part, red nothing."""
    worth = {Level.GREEN: 100, Level.AMBER: rules.amber_percent, Level.RED: 0}
    weighed = [(getattr(rules.weights, str(r.criterion)), worth[r.level]) for r in reasons]
    total = sum(weight for weight, _ in weighed)
    return round(sum(weight * value for weight, value in weighed) / total) if total else 0


def rank(need: Need, candidates: Iterable[Candidate], rules: MatchingRules) -> Ranking:
    """Every offer judged; best score first, then the most days, the nearest, the cheapest."""
    judged = [judge(need, candidate, rules) for candidate in candidates]
    matches = [verdict for verdict in judged if isinstance(verdict, Match)]
    excluded = [verdict for verdict in judged if isinstance(verdict, Exclusion)]
    matches.sort(key=_order)
    excluded.sort(key=lambda exclusion: str(exclusion.candidate.offer_id))
    return Ranking(tuple(matches), tuple(excluded))


def _order(match: Match) -> tuple[int, int, float, int, str]:
    candidate = match.candidate
    distance = round(match.road_km, 1)
    return -match.score, -match.period.days, distance, candidate.rent_cents, str(candidate.offer_id)
