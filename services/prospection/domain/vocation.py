"""What a person is, told by the words of a « Statut » or « Profession » column."""

import re
from functools import lru_cache
from typing import Final

from shared.persistence.folding import fold

# Codes of `person.ROLE_WORDS`. The first rule that matches wins: the more precise come first.
_RULES: Final = """
docteur_junior: docteure? junior|dr junior|doc junior
conjoint: conjointe?s?|epou(?:x|se)|compagnon|compagne
elu: elue?s?|maire|adjointe? au maire|conseill\\w+ (?:municipal|departemental)\\w*
maitre_de_stage: maitre(?:sse)? de stage|msu|maitrise de stage
enseignant: enseignante?s?|professeure? des universites|cadre formateur|formatrice
externe: externes?|dfasm ?\\d?|dfgsm ?\\d?|2e cycle|deuxieme cycle
interne: internes?|des|des ?(?:mg|medecine|\\d)|3e cycle|troisieme cycle|saspas
remplacant: remplacante?s?|remplacement|rempla
etudiant: etudiante?s?|etud|eleves?|lyceen(?:ne)?s?|pass|l ?as|ifsi|esi|ide ?[123]|k[1-4]|p[12]
etudiant: en formation|apprentie?s?
dentiste: dentistes?|chirurgie dentaire|odontolog\\w+
sage_femme: sages? femmes?|maieutique|maieuticien(?:ne)?
kinesitherapeute: kines?|masseur\\w* kine\\w*|kinesitherapeutes?|kinesitherapie|mk|mkde
infirmier: infirmi(?:er|ere)s?|idel?|ipa|ibode|iade|soins infirmiers|puericultrices?
pharmacien: pharmacien(?:ne)?s?|pharmacie
orthophoniste: orthophonistes?|orthophonie
medecin: medecins?|medecine|generalistes?|docteure?|dr|mg|chirurgien(?:ne)?s?|pediatres?
medecin: psychiatres?|gynecologues?|cardiologues?|dermatologues?|ophtalmologues?|radiologues?
medecin: anesthesistes?|geriatres?|urgentistes?
professionnel: ergotherapeutes?|psychomotricien(?:ne)?s?|orthoptistes?|dieteticien(?:ne)?s?
professionnel: podologues?|pedicures?|aides? soignante?s?|psychologues?|audioprothesistes?
professionnel: opticien(?:ne)?s?|installee?s?|liberale?s?|salariee?s?|collabora(?:teur|trice)s?
professionnel: assistante?s?|cedante?s?|professionnel(?:le)?s?|titulaires?
"""
_ARTICLE: Final = re.compile(r"(?<=\w )des(?= (?!medecine|mg)[a-z])")
"""« cadre des hôpitaux »: the article, not the diploma (diplôme d'études spécialisées)."""


def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rules = (rule.split(": ", 1) for rule in _RULES.strip().splitlines())
    return tuple((role, re.compile(rf"\b(?:{words})\b")) for role, words in rules)


_PATTERNS: Final = _compiled()


def read_role(status: str | None, profession: str | None) -> str | None:
    """The code of a role (see `person.ROLE_WORDS`), or None when no word is known.

    The status speaks first (« Remplaçant »), the profession next (« Infirmière »); a status that
    only says how one practises (« installée ») yields to what one practises.
    """
    by_status = role_of(status)
    if by_status not in {None, "professionnel"}:
        return by_status
    return role_of(profession) or by_status


def role_of(words: str | None) -> str | None:
    """The role these words tell, or None."""
    return _role_of(words[:200]) if words else None


@lru_cache(maxsize=256)
def _role_of(words: str) -> str | None:
    """Few words come back again and again in a file."""
    key = _ARTICLE.sub("", fold(words))
    return next((role for role, pattern in _PATTERNS if pattern.search(key)), None)
