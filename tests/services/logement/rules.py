"""The ranking rules that the first migration seeds, and needs and candidates to try them on."""

from dataclasses import replace
from datetime import date
from importlib import util
from pathlib import Path
from typing import Any
from uuid import UUID

from services.logement import persistence
from services.logement.domain.distance import Position
from services.logement.domain.matching import Candidate, Need
from services.logement.domain.periods import Period
from services.logement.domain.rules import MatchingRules

VENDOME = Position(47.8005, 1.0744)
MONDOUBLEAU = Position(47.9815, 0.8964)


def first_rules() -> MatchingRules:
    """The parameters of the first migration."""
    root = Path(str(persistence.__file__)).parent
    path = root / "migrations" / "versions" / "0001_initial.py"
    spec = util.spec_from_file_location("logement_0001", path)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return MatchingRules.model_validate(module.FIRST_RULES)


def need(**changes: Any) -> Need:
    """A semester at Mondoubleau, for one person with a car and 450 euros a month."""
    base = Need(
        commune="41143",
        position=MONDOUBLEAU,
        period=Period(date(2027, 5, 3), date(2027, 11, 1)),
        budget_cents=45_000,
        has_car=True,
        household_size=1,
        needs_accessible=False,
    )
    return replace(base, **changes)


def candidate(number: int = 1, **changes: Any) -> Candidate:
    """A furnished studio in the same commune, free all year for 400 euros."""
    base = Candidate(
        offer_id=UUID(int=number),
        dwelling_id=UUID(int=1000 + number),
        commune="41143",
        position=MONDOUBLEAU,
        window=Period(date(2027, 1, 1), date(2028, 1, 1)),
        taken=(),
        rent_cents=40_000,
        surface_m2=20,
        sleeps=1,
        furnished=True,
        dpe="C",
        accessible=False,
        transport_near=False,
    )
    return replace(base, **changes)
