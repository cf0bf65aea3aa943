"""Lists of invented contacts, as long as wanted and always the same, written as people write."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HEADER: Final = "Nom;Prénom;E-mail;Téléphone;Statut;École;Ville;Date de rencontre\n"
ENCODING: Final = "cp1252"
# What a real list holds beside its clean lines, in shares of all lines.
_AGAIN: Final = 0.03
_WITHOUT_EMAIL: Final = 0.02
_BAD_EMAIL: Final = 0.01
_BAD_DATE: Final = 0.01
_NAMES: Final = (
    "MARTIN", "Petit", "NGUYEN", "Lefèvre", "GARNIER", "Benali", "ROUSSEAU", "Moreau", "TRAORÉ",
    "Chevalier", "HADDAD", "Fontaine", "KOWALSKI", "Brunet", "DIALLO", "Mercier", "LOPEZ",
    "Caron", "VIDAL", "Renard", "GAUTHIER", "Hubert", "ROY", "Blanc", "LAMBERT", "Pichon",
    "MEUNIER", "Giraud", "FAURE", "Collet", "BARBIER", "Schmitt", "OKAFOR", "Leroy", "DA SILVA",
    "De la Tour", "BERTHIER", "Petitjean", "ADAMI", "Costa", "DELMAS", "Évrard", "FERREIRA",
    "Guérin", "HERVÉ", "Joly", "KEITA", "Lucas", "MALLET", "Noël", "OLIVIER", "Perrin",
)  # fmt: skip
_FIRST_NAMES: Final = (
    "Inès", "Léo", "MAËLLE", "Tom", "Yasmine", "Hugo", "Clara", "Noé", "Inês", "Lucas", "Jeanne",
    "Adam", "Camille", "Grace", "Éléonore", "Paul", "Nour", "Antoine", "Margaux", "Anna", "Théo",
    "Salomé", "Moussa", "Élise", "Arthur", "Lina", "Enzo", "Rose", "Samuel", "Aïssatou", "Mathis",
    "Agathe", "Gabriel", "Zoé", "Maxime", "Louise", "Romain", "Jean-Baptiste", "Anne-Lise", "Chloé",
)  # fmt: skip
_STATUSES: Final = ("Interne", "Étudiante K4", "Étudiant IFSI", "Remplaçante", "Docteur junior", "")
_SCHOOLS: Final = ("IFMK d'Orléans", "Faculté de Tours", "IFSI de Blois", "")
_CITIES: Final = ("Tours", "Orléans", "Blois", "Vendôme", "Romorantin-Lanthenay", "")
# Numbers that the regulator keeps for fiction.
_PHONES: Final = ("06 39 98 {:02} {:02}", "+33 6 39 98 {:02} {:02}", "06.39.98.{:02}.{:02}", "")


@dataclass(frozen=True, slots=True)
class Invented:
    """Who somebody is: the same from one list to the next."""

    last_name: str
    first_name: str
    email: str


def people(count: int, seed: int = 41) -> list[Invented]:
    """Invent `count` persons; each has an address of their own, some have the same name."""
    draw = random.Random(seed)  # noqa: S311 - the same list each time, nothing secret
    return [
        Invented(
            f"{draw.choice(_NAMES)}-{draw.choice(_NAMES)}",
            draw.choice(_FIRST_NAMES),
            f"personne{rank}.{seed}@exemple.fr",
        )
        for rank in range(count)
    ]


def contact_file(known: Sequence[Invented], new: Sequence[Invented], lines: int) -> bytes:
    """A CSV of `lines` lines: the known and the new, doubles, and lines with faults."""
    draw = random.Random(lines)  # noqa: S311
    pool = [*known, *new][: lines - int(lines * _AGAIN)]
    chosen = [*pool, *draw.choices(pool, k=lines - len(pool))]
    draw.shuffle(chosen)
    return (HEADER + "".join(_line(one, draw) for one in chosen)).encode(ENCODING)


def _line(one: Invented, draw: random.Random) -> str:
    chance = draw.random()
    email = one.email
    if chance < _BAD_EMAIL:
        email = email.replace("@", " chez ")
    elif chance < _BAD_EMAIL + _WITHOUT_EMAIL:
        email = ""
    day = "hier" if draw.random() < _BAD_DATE else f"{draw.randrange(1, 29):02}/03/2027"
    phone = draw.choice(_PHONES).format(draw.randrange(100), draw.randrange(100))
    cells = (
        one.last_name,
        one.first_name,
        email,
        phone,
        draw.choice(_STATUSES),
        draw.choice(_SCHOOLS),
        draw.choice(_CITIES),
        day,
    )
    return ";".join(cells) + "\n"
