"""What the title of a column means, as people really write it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from shared.persistence.folding import fold


class Field(StrEnum):
    """What a column of contacts may hold."""

    LAST_NAME = "nom"
    FIRST_NAME = "prénom"
    FULL_NAME = "nom et prénom"
    CIVILITY = "civilité"
    EMAIL = "e-mail"
    PHONE = "téléphone"
    PROFESSION = "profession"
    SPECIALTY = "spécialité"
    ROLE = "statut"
    YEAR = "année"
    SCHOOL = "école"
    CITY = "ville"
    POSTAL_CODE = "code postal"
    MET_ON = "date de rencontre"
    ACCEPTS_EMAIL = "accepte les e-mails"
    NOTES = "remarques"
    NEVER_KEPT = "jamais conservé"


class NameOrder(StrEnum):
    """In a single column of names, which comes first."""

    LAST_FIRST = "nom prénom"
    FIRST_LAST = "prénom nom"
    UNKNOWN = "non précisé"


_TITLES: Final[dict[Field, str]] = {
    Field.LAST_NAME: "nom, noms, nom de famille, nom d usage, nom usuel, nom patronymique, "
    "patronyme, nom de naissance, nom de jeune fille, last name, lastname, surname, family name",
    Field.FIRST_NAME: "prenom, prenoms, prenom usuel, prenom d usage, first name, firstname, "
    "given name",
    Field.FULL_NAME: "nom prenom, nom et prenom, nom prenoms, nom et prenoms, prenom nom, "
    "prenom et nom, nom complet, identite, contact, participant, participants, participante, "
    "personne, full name, name",
    Field.CIVILITY: "civilite, titre, civ",
    Field.EMAIL: "mail, mails, e mail, email, emails, courriel, mel, adresse mail, adresse e mail, "
    "adresse email, adresse courriel, adresse electronique, adresse de messagerie, messagerie, "
    "courrier electronique, mail perso, mail pro, mail personnel, mail professionnel, "
    "email address, email perso, email pro",
    Field.PHONE: "tel, tels, telephone, telephones, telephone portable, tel portable, portable, "
    "mobile, tel mobile, telephone mobile, gsm, phone, phone number, tel fixe, telephone fixe, "
    "fixe, tel perso, tel pro, numero, coordonnees telephoniques",
    Field.PROFESSION: "profession, professions, metier, fonction, poste, activite, filiere, "
    "formation, cursus, etudes",
    Field.SPECIALTY: "specialite, specialites, discipline, des, specialite souhaitee",
    Field.ROLE: "statut, situation, situation professionnelle, role, qualite, profil, categorie, "
    "type de contact, statut actuel",
    Field.YEAR: "annee, annee d etude, annee d etudes, niveau, niveau d etude, niveau d etudes, "
    "promotion, promo, semestre",
    Field.SCHOOL: "faculte, fac, faculte d origine, ecole, universite, ufr, ifsi, etablissement, "
    "lieu d etude, lieu d etudes, lieu de formation, etablissement de formation, school",
    Field.CITY: "ville, commune, ville de residence, commune de residence, lieu de residence, "
    "localite, city, ville d exercice, ville d origine",
    Field.POSTAL_CODE: "code postal, cp, code post, postal code, zip",
    Field.MET_ON: "date de rencontre, rencontre, rencontre le, date rencontre, date du contact, "
    "date de contact, date contact, vu le, rencontree le, date, date du congres, date du salon",
    Field.ACCEPTS_EMAIL: "accepte mail, accepte mails, accepte les mails, accepte e mail, "
    "accepte les e mails, accepte email, accepte les emails, accepte courriel, rgpd, accord rgpd, "
    "consentement, consent, consentement mail, accord mail, accord, ok mail, ok rgpd, newsletter, "
    "opt in, optin, accepte d etre recontacte, accepte d etre contacte, recontact",
    Field.NOTES: "remarque, remarques, commentaire, commentaires, note, notes, observation, "
    "observations, divers, infos, informations, precisions, comment, comments, projet, projets",
    Field.NEVER_KEPT: "date de naissance, naissance, date naissance, ne le, nee le, ne e le, ddn, "
    "lieu de naissance, age, sexe, genre, nationalite, religion, situation familiale, "
    "situation de famille, nir, numero de securite sociale, securite sociale, numero secu, "
    "n securite sociale, numero ss, etat de sante, handicap, syndicat",
}

_FIELD_OF: Final = {
    title: field for field, titles in _TITLES.items() for title in titles.split(", ")
}
_LAST_FIRST: Final = {"nom prenom", "nom et prenom", "nom prenoms", "nom et prenoms"}
_FIRST_LAST: Final = {"prenom nom", "prenom et nom"}
_LESS_SURE: Final = {"nom de naissance", "nom de jeune fille", "tel fixe", "telephone fixe", "fixe"}
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_BEFORE = re.compile(r"^(?:votre|vos|son|sa|ses|le|la|les|no|num|numero(?: de)?|n(?: de)?) ")
_AFTER = re.compile(r" (?:obligatoire|facultatif|facultative|requis|si connu|\d)$")


@lru_cache(maxsize=512)
def recognise(title: str) -> Field | None:
    """The field a title stands for, or None: « N° de téléphone (portable) » is a telephone."""
    whole = fold(title[:200])
    if whole in _FIELD_OF:
        return _FIELD_OF[whole]
    key = fold(_ASIDE.sub(" ", title[:200]))
    for shortened in (key, _AFTER.sub("", key), _BEFORE.sub("", _AFTER.sub("", key))):
        if shortened in _FIELD_OF:
            return _FIELD_OF[shortened]
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """Which columns hold which field, and the sentences to show about the others."""

    fields: Mapping[Field, tuple[str, ...]]
    name_order: NameOrder
    unknown: tuple[str, ...]
    warnings: tuple[str, ...]

    def names(self, field: Field) -> tuple[str, ...]:
        """The columns that hold this field, best first; empty when there is none."""
        return self.fields.get(field, ())


def map_columns(columns: Sequence[str]) -> ColumnMap:
    """Say what each column means.

    A lone « Nom » without « Prénom » is taken as holding both. Unknown columns, and those whose
    content must never be kept (birth date, social security number…), are not read and are said.
    """
    found: dict[Field, list[str]] = {}
    unknown: list[str] = []
    for column in columns:
        field = recognise(column)
        if field is None:
            unknown.append(column)
        else:
            found.setdefault(field, []).append(column)
    order = _order_of(found)
    _settle_names(found)
    fields = {field: tuple(sorted(names, key=_doubt)) for field, names in found.items()}
    forbidden = fields.pop(Field.NEVER_KEPT, ())
    warnings = [_never_kept(column) for column in forbidden]
    warnings += [
        f"La colonne «\u00a0{name}\u00a0» n'est pas reconnue\u00a0: elle n'est pas lue."
        for name in unknown
        if name.strip()
    ]
    return ColumnMap(
        fields=fields, name_order=order, unknown=tuple(unknown), warnings=tuple(warnings)
    )


def _order_of(found: Mapping[Field, list[str]]) -> NameOrder:
    if Field.FULL_NAME in found:
        key = fold(_ASIDE.sub(" ", found[Field.FULL_NAME][0]))
        if key in _LAST_FIRST:
            return NameOrder.LAST_FIRST
        if key in _FIRST_LAST:
            return NameOrder.FIRST_LAST
    return NameOrder.UNKNOWN


def _settle_names(found: dict[Field, list[str]]) -> None:
    """Keep either surname and first name, or one column that holds both."""
    if Field.LAST_NAME in found and Field.FIRST_NAME not in found:
        found.setdefault(Field.FULL_NAME, []).extend(found.pop(Field.LAST_NAME))


def _doubt(title: str) -> int:
    return int(fold(title) in _LESS_SURE)


def _never_kept(column: str) -> str:
    return (
        f"La colonne «\u00a0{column}\u00a0» n'est pas lue\u00a0: cette donnée n'est pas nécessaire "
        "et n'est jamais conservée."
    )
