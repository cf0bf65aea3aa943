"""Why an offer cannot be proposed at all: said to staff, never silently hidden."""

from services.logement.domain.matching import Candidate, Need
from services.logement.domain.periods import Period, longest_free
from services.logement.domain.rules import MatchingRules
from services.logement.domain.wording import NBSP, day, plural

NOT_FREE = "Aucun jour libre pendant le séjour demandé."


def free_period(need: Need, candidate: Candidate) -> Period | None:
    """The longest part of the stay asked for during which the home is offered and not taken."""
    common = need.period.intersection(candidate.window)
    return longest_free(common, candidate.taken) if common else None


def barrier(
    need: Need, candidate: Candidate, free: Period | None, rules: MatchingRules
) -> str | None:
    """The first reason that forbids to propose this offer, or None."""
    return (
        _dates(need, candidate, free)
        or dpe_barrier(candidate.dpe, free or need.period, rules)
        or surface_barrier(candidate.surface_m2, rules)
        or _room(need, candidate)
    )


def _dates(need: Need, candidate: Candidate, free: Period | None) -> str | None:
    if free is not None:
        return None
    window = candidate.window
    if need.period.intersection(window) is None:
        return f"Pas libre à ces dates{NBSP}: proposé du {day(window.start)} au {day(window.end)}."
    taken = next(t for t in candidate.taken if t.intersection(need.period))
    return f"Déjà réservé du {day(taken.start)} au {day(taken.end)}."


def dpe_barrier(dpe: str | None, period: Period, rules: MatchingRules) -> str | None:
    """Why a lease starting with `period` is impossible for this energy class, or None."""
    if dpe is None:
        return "Classe énergétique (DPE) inconnue\u00a0: à renseigner d'abord."
    barred_from = rules.barred_from(dpe)
    if barred_from is None or period.start < barred_from:
        return None
    return (
        f"Classe énergétique {dpe}{NBSP}: ne peut plus être loué "
        f"pour un bail qui commence à partir du {day(barred_from)}."
    )


def surface_barrier(surface_m2: int, rules: MatchingRules) -> str | None:
    """Why a home this small may not be let, or None (décret n° 2002-120, art. 4)."""
    if surface_m2 >= rules.minimum_surface_m2:
        return None
    return (
        f"Trop petit pour être loué{NBSP}: {surface_m2}{NBSP}m², "
        f"le minimum est de {rules.minimum_surface_m2}{NBSP}m²."
    )


def _room(need: Need, candidate: Candidate) -> str | None:
    if need.needs_accessible and not candidate.accessible:
        return "N'est pas accessible aux personnes à mobilité réduite."
    if candidate.sleeps < need.household_size:
        people = plural(need.household_size, "personne")
        return f"Trop peu de couchages{NBSP}: {candidate.sleeps} pour {people}."
    return None
