"""The reasons of a rank: one small rule per criterion, each with its sentence."""

from services.logement.domain.distance import road_estimate_km
from services.logement.domain.matching import Candidate, Criterion, Level, Need, Reason
from services.logement.domain.periods import Period, add_months
from services.logement.domain.rules import MatchingRules
from services.logement.domain.wording import NBSP, day, euros, kilometres, plural


def road_km(need: Need, candidate: Candidate, rules: MatchingRules) -> float:
    """Estimated road between home and placement, in kilometres."""
    return road_estimate_km(need.position, candidate.position, rules.road_factor)


def reasons(
    need: Need, candidate: Candidate, free: Period, rules: MatchingRules
) -> tuple[Reason, ...]:
    """All that is said about this offer, in the order staff read it."""
    found = [
        dates(need, free, rules),
        budget(need, candidate, rules),
        distance(need, candidate, rules),
        size(need, candidate, rules),
        dpe(candidate, free, rules),
        lease(candidate, free, rules),
    ]
    if need.needs_accessible:
        sentence = "Accessible aux personnes à mobilité réduite."
        found.insert(4, Reason(Criterion.ACCESSIBILITY, Level.GREEN, sentence))
    return tuple(found)


def dates(need: Need, free: Period, rules: MatchingRules) -> Reason:
    """Green for the whole stay; else how many days are missing."""
    missing = need.period.days - free.days
    if missing == 0:
        sentence = f"Libre tout le séjour, du {day(free.start)} au {day(free.end)}."
        return Reason(Criterion.DATES, Level.GREEN, sentence)
    level = Level.AMBER
    if missing * 100 > need.period.days * rules.missing_amber_percent:
        level = Level.RED
    sentence = (
        f"Libre en partie, du {day(free.start)} au {day(free.end)}{NBSP}: "
        f"il manque {plural(missing, 'jour')} sur {need.period.days}."
    )
    return Reason(Criterion.DATES, level, sentence)


def budget(need: Need, candidate: Candidate, rules: MatchingRules) -> Reason:
    """The rent, charges included, against the monthly budget."""
    over = candidate.rent_cents - need.budget_cents
    rent = f"{euros(candidate.rent_cents)} par mois"
    if over == 0:
        return Reason(Criterion.BUDGET, Level.GREEN, f"{rent}, exactement le budget.")
    if over < 0:
        return Reason(Criterion.BUDGET, Level.GREEN, f"{rent}, {euros(-over)} sous le budget.")
    percent = over * 100 / need.budget_cents
    level = Level.AMBER if percent <= rules.budget_amber_percent else Level.RED
    shown = max(1, round(percent))
    sentence = f"{rent}, {euros(over)} au-dessus du budget (+{NBSP}{shown}{NBSP}%)."
    return Reason(Criterion.BUDGET, level, sentence)


def distance(need: Need, candidate: Candidate, rules: MatchingRules) -> Reason:
    """How far, and whether that is reasonable with or without a car."""
    km = road_km(need, candidate, rules)
    where = kilometres(km)
    if need.commune == candidate.commune:
        where = f"dans la commune du stage, {where}" if km >= 1 else "dans la commune du stage"
    level, how = _travel(need, candidate, km, rules)
    return Reason(Criterion.DISTANCE, level, f"{where[0].upper()}{where[1:]}{NBSP}: {how}.")


def _travel(need: Need, candidate: Candidate, km: float, rules: MatchingRules) -> tuple[Level, str]:
    if km <= rules.walk_bike_km:
        return Level.GREEN, "à pied ou à vélo"
    if need.has_car:
        if km <= rules.car_green_km:
            return Level.GREEN, "un trajet raisonnable en voiture"
        if km <= rules.car_amber_km:
            return Level.AMBER, "un trajet assez long en voiture"
        return Level.RED, "trop loin pour un trajet quotidien"
    if candidate.transport_near and km <= rules.transport_km:
        return Level.AMBER, "sans voiture, un transport en commun passe à proximité"
    return Level.RED, "sans voiture, aucun moyen simple de s'y rendre"


def size(need: Need, candidate: Candidate, rules: MatchingRules) -> Reason:
    """Places to sleep and surface, for the people who will live there."""
    people = plural(need.household_size, "personne")
    facts = f"{candidate.surface_m2}{NBSP}m², {plural(candidate.sleeps, 'couchage')}"
    comfortable = rules.comfort_surface_per_person_m2 * need.household_size
    if candidate.surface_m2 >= comfortable:
        return Reason(Criterion.SIZE, Level.GREEN, f"{facts} pour {people}.")
    return Reason(Criterion.SIZE, Level.AMBER, f"{facts} pour {people}{NBSP}: un peu juste.")


def dpe(candidate: Candidate, free: Period, rules: MatchingRules) -> Reason:
    """The energy class; a class barred during the stay is a warning, not a refusal."""
    barred_from = rules.barred_from(candidate.dpe or "")
    if barred_from is None or free.end <= barred_from:
        sentence = f"Classe énergétique {candidate.dpe}{NBSP}: location possible à cette date."
        return Reason(Criterion.DPE, Level.GREEN, sentence)
    sentence = (
        f"Classe énergétique {candidate.dpe}{NBSP}: possible pour ce bail, "
        f"mais sans renouvellement à partir du {day(barred_from)}."
    )
    return Reason(Criterion.DPE, Level.AMBER, sentence)


def lease(candidate: Candidate, free: Period, rules: MatchingRules) -> Reason:
    """Whether a bail mobilité fits: furnished, 1 to 10 months (loi 89-462, art. 25-12 s.)."""
    shortest = add_months(free.start, rules.lease_min_months)
    longest = add_months(free.start, rules.lease_max_months)
    span = f"{rules.lease_min_months} à {rules.lease_max_months}{NBSP}mois"
    level, sentence = Level.GREEN, f"Bail mobilité possible ({span}, sans dépôt de garantie)."
    if not candidate.furnished:
        level, sentence = Level.AMBER, "Non meublé\u00a0: le bail mobilité n'est pas possible."
    elif free.end < shortest:
        level = Level.AMBER
        sentence = f"Trop court pour un bail mobilité ({span})\u00a0: prévoir une convention."
    elif free.end > longest:
        level = Level.AMBER
        sentence = f"Trop long pour un bail mobilité ({span})\u00a0: prévoir un autre bail."
    return Reason(Criterion.LEASE, level, sentence)
