"""The ranking: each criterion by examples, the order by properties."""

from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.logement.domain.distance import Position
from services.logement.domain.matching import Candidate, Criterion, Exclusion, Match, Need, Reason
from services.logement.domain.periods import Period
from services.logement.domain.ranking import judge, rank
from tests.services.logement.rules import VENDOME, candidate, first_rules, need

RULES = first_rules()
MAY, NOVEMBER = date(2027, 5, 3), date(2027, 11, 1)


def reason(criterion: Criterion, wanted: Need, offered: Candidate) -> Reason:
    verdict = judge(wanted, offered, RULES)
    assert isinstance(verdict, Match)
    return next(r for r in verdict.reasons if r.criterion == criterion)


@pytest.mark.parametrize(
    ("criterion", "wanted", "offered", "level", "words"),
    [
        (Criterion.DATES, {}, {}, "green", "Libre tout le séjour"),
        (
            Criterion.DATES,
            {},
            {"window": Period(MAY + timedelta(days=12), NOVEMBER)},
            "amber",
            "il manque 12\u00a0jours sur 182",
        ),
        (
            Criterion.DATES,
            {},
            {"window": Period(MAY, date(2027, 7, 1))},
            "red",
            "il manque 123\u00a0jours",
        ),
        (Criterion.BUDGET, {}, {}, "green", "400\u00a0€ par mois, 50\u00a0€ sous le budget."),
        (Criterion.BUDGET, {"budget_cents": 40_000}, {}, "green", "exactement le budget"),
        (
            Criterion.BUDGET,
            {},
            {"rent_cents": 46_500},
            "amber",
            "15\u00a0€ au-dessus du budget (+\u00a03\u00a0%)",
        ),
        (Criterion.BUDGET, {}, {"rent_cents": 60_000}, "red", "(+\u00a033\u00a0%)"),
        (Criterion.DISTANCE, {}, {}, "green", "Dans la commune du stage"),
        (
            Criterion.DISTANCE,
            {},
            {"position": VENDOME, "commune": "41269"},
            "amber",
            "Environ 31\u00a0km par la route (estimation)",
        ),
        (
            Criterion.DISTANCE,
            {"has_car": False},
            {"position": VENDOME, "commune": "41269"},
            "red",
            "sans voiture, aucun moyen simple",
        ),
        (
            Criterion.DISTANCE,
            {"has_car": False},
            {"position": VENDOME, "commune": "41269", "transport_near": True},
            "amber",
            "un transport en commun passe à proximité",
        ),
        (Criterion.DISTANCE, {"has_car": False}, {}, "green", "à pied ou à vélo"),
        (Criterion.SIZE, {}, {}, "green", "20\u00a0m², 1\u00a0couchage pour 1\u00a0personne."),
        (
            Criterion.SIZE,
            {"household_size": 2},
            {"sleeps": 2},
            "amber",
            "2\u00a0couchages pour 2\u00a0personnes\u00a0: un peu juste",
        ),
        (
            Criterion.ACCESSIBILITY,
            {"needs_accessible": True},
            {"accessible": True},
            "green",
            "Accessible",
        ),
        (Criterion.DPE, {}, {}, "green", "Classe énergétique C"),
        (
            Criterion.DPE,
            {"period": Period(date(2027, 11, 2), date(2028, 5, 2))},
            {"dpe": "F", "window": Period(date(2027, 1, 1), date(2029, 1, 1))},
            "amber",
            "1er\u00a0janvier\u00a02028",
        ),
        (Criterion.LEASE, {}, {}, "green", "Bail mobilité possible"),
        (Criterion.LEASE, {}, {"furnished": False}, "amber", "Non meublé"),
        (
            Criterion.LEASE,
            {"period": Period(date(2027, 1, 1), date(2028, 1, 1))},
            {},
            "amber",
            "Trop long",
        ),
        (
            Criterion.LEASE,
            {"period": Period(MAY, date(2027, 5, 20))},
            {},
            "amber",
            "Trop court",
        ),
    ],
)
def test_each_criterion_says_its_level_and_why(
    criterion: Criterion, wanted: dict[str, Any], offered: dict[str, Any], level: str, words: str
) -> None:
    found = reason(criterion, need(**wanted), candidate(**offered))
    assert (found.level, words in found.sentence) == (level, True), found.sentence


@pytest.mark.parametrize(
    ("wanted", "offered", "words"),
    [
        ({}, {"window": Period(date(2026, 1, 1), date(2027, 1, 1))}, "Pas libre à ces dates"),
        ({}, {"taken": (Period(date(2027, 4, 1), date(2028, 1, 1)),)}, "Déjà réservé du 1er"),
        ({}, {"dpe": "G"}, "ne peut plus être loué"),
        ({}, {"dpe": None}, "à renseigner"),
        (
            {"period": Period(date(2028, 1, 1), date(2028, 6, 1))},
            {"dpe": "F", "window": Period(date(2027, 1, 1), date(2029, 1, 1))},
            "1er\u00a0janvier\u00a02028",
        ),
        ({"household_size": 3}, {"sleeps": 2}, "Trop peu de couchages"),
        ({"needs_accessible": True}, {}, "mobilité réduite"),
        ({}, {"surface_m2": 8}, "le minimum est de 9"),
    ],
)
def test_an_offer_that_cannot_be_proposed_is_listed_with_why(
    wanted: dict[str, Any], offered: dict[str, Any], words: str
) -> None:
    verdict = judge(need(**wanted), candidate(**offered), RULES)
    assert isinstance(verdict, Exclusion)
    assert words in verdict.sentence


def test_a_class_g_lease_that_began_before_2025_was_lawful() -> None:
    wanted = need(period=Period(date(2024, 12, 1), date(2025, 5, 1)))
    window = Period(date(2024, 1, 1), date(2026, 1, 1))
    assert isinstance(judge(wanted, candidate(dpe="G", window=window), RULES), Match)


def test_the_day_of_departure_is_free_for_the_next_arrival() -> None:
    taken = (Period(date(2027, 1, 1), MAY), Period(NOVEMBER, date(2028, 1, 1)))
    verdict = judge(need(), candidate(taken=taken), RULES)
    assert isinstance(verdict, Match)
    assert verdict.period == Period(MAY, NOVEMBER)


def test_nothing_of_who_people_are_can_weigh() -> None:
    known = {field.name for field in fields(Need)}
    assert not known & {"sex", "gender", "age", "birth_date", "origin", "nationality", "children"}


offers = st.builds(
    candidate,
    number=st.integers(1, 10_000),
    rent_cents=st.integers(10_000, 120_000),
    surface_m2=st.integers(5, 80),
    sleeps=st.integers(1, 4),
    dpe=st.sampled_from([*"ABCDEFG", None]),
    furnished=st.booleans(),
    accessible=st.booleans(),
    transport_near=st.booleans(),
    position=st.builds(Position, lat=st.floats(47.2, 48.1), lon=st.floats(0.6, 2.2)),
    window=st.integers(0, 300).map(
        lambda days: Period(date(2027, 3, 1) + timedelta(days=days), date(2028, 1, 1))
    ),
)
needs = st.builds(
    need,
    budget_cents=st.integers(10_000, 100_000),
    has_car=st.booleans(),
    household_size=st.integers(1, 4),
    needs_accessible=st.booleans(),
)
many_offers = st.lists(offers, max_size=12, unique_by=lambda offer: offer.offer_id)


@given(needs, many_offers, st.randoms())
def test_the_rank_does_not_depend_on_the_order_given(
    wanted: Need, given_offers: list[Candidate], random: Any
) -> None:
    shuffled = list(given_offers)
    random.shuffle(shuffled)
    assert rank(wanted, given_offers, RULES) == rank(wanted, shuffled, RULES)


@given(needs, many_offers)
def test_every_offer_is_ranked_or_excluded_with_a_sentence(
    wanted: Need, given_offers: list[Candidate]
) -> None:
    ranking = rank(wanted, given_offers, RULES)
    scores = [match.score for match in ranking.matches]
    assert len(ranking.matches) + len(ranking.excluded) == len(given_offers)
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 100 for score in scores)
    assert all(exclusion.sentence.endswith(".") for exclusion in ranking.excluded)
    assert all(r.sentence.endswith(".") for match in ranking.matches for r in match.reasons)


@given(needs, offers, st.integers(1, 9_000))
def test_the_same_home_for_less_never_ranks_lower(
    wanted: Need, offered: Candidate, less: int
) -> None:
    cheaper = candidate(
        **{f.name: getattr(offered, f.name) for f in fields(Candidate) if f.name != "rent_cents"},
        number=offered.offer_id.int,
        rent_cents=offered.rent_cents - less,
    )
    first, second = judge(wanted, cheaper, RULES), judge(wanted, offered, RULES)
    if isinstance(first, Match) and isinstance(second, Match):
        assert first.score >= second.score
