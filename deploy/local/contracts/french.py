"""What each event and each field is called on the pages that people read."""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Words:
    """The title of an event and the sentence that explains it."""

    title: str
    sentence: str


SPEAKERS: Final = {
    "identity": "les comptes des personnes qui travaillent sur la plateforme",
    "prospection": "les personnes rencontrées et qui est qui",
    "events": "les événements, les inscriptions et les zooms territoriaux",
    "logement": "les demandes de logement, les propositions et les séjours",
    "notifications": "le sort de chaque message dû à quelqu’un",
}

EVENTS: Final = {
    "identity.account.changed.v1": Words(
        "Compte modifié", "Un compte est créé, ou ses rôles ou son état changent : l’état complet."
    ),
    "identity.session.revoked.v1": Words(
        "Sessions fermées", "Les sessions de ce compte ouvertes avant ce moment sont terminées."
    ),
    "prospection.person.met.v1": Words(
        "Personne rencontrée", "Premier contact avec une personne : où, et à quel titre."
    ),
    "prospection.person.resolved.v1": Words(
        "Identité résolue", "Cet identifiant désigne désormais cette personne."
    ),
    "prospection.person.restricted.v1": Words(
        "Traitement limité",
        "L’usage des données de cette personne est limité (RGPD, article 18).",
    ),
    "prospection.person.unrestricted.v1": Words(
        "Limitation levée", "La limitation de l’usage des données prend fin."
    ),
    "prospection.import.confirmed.v1": Words(
        "Import confirmé",
        "Un fichier de contacts rapporté d’une mission est enregistré ; des nombres seulement.",
    ),
    "events.event.published.v1": Words(
        "Événement publié", "Un événement est ouvert au public ; tout ce qui est dit est public."
    ),
    "events.event.changed.v1": Words(
        "Événement modifié", "Un événement publié change : son nouvel état public, complet."
    ),
    "events.event.cancelled.v1": Words("Événement annulé", "L’événement n’aura pas lieu."),
    "events.zoom.planned.v1": Words(
        "Zoom territorial prévu",
        "Un créneau de l’événement est confié à un territoire, présenté par un élu.",
    ),
    "events.registration.confirmed.v1": Words(
        "Inscription confirmée", "Une personne a une place, d’emblée ou depuis la liste d’attente."
    ),
    "events.registration.waitlisted.v1": Words(
        "Mise en liste d’attente", "L’événement est complet : la personne attend son tour."
    ),
    "events.registration.cancelled.v1": Words(
        "Inscription annulée", "Une personne rend sa place, ou son tour dans la liste d’attente."
    ),
    "events.registration.link-requested.v1": Words(
        "Lien redemandé",
        "La même adresse s’inscrit à nouveau : le lien de gestion est renvoyé à la personne.",
    ),
    "logement.request.opened.v1": Words(
        "Demande ouverte",
        "Quelqu’un cherche un logement pour une période, près d’un lieu de stage.",
    ),
    "logement.request.placed.v1": Words("Demande satisfaite", "La demande a trouvé son logement."),
    "logement.proposal.made.v1": Words(
        "Proposition faite",
        "La cellule propose un logement ; la personne répond par un lien, avant une échéance.",
    ),
    "logement.proposal.accepted.v1": Words("Proposition acceptée", "La personne accepte."),
    "logement.proposal.declined.v1": Words(
        "Proposition close sans suite",
        "La personne refuse, ne répond pas, ou le logement n’est plus disponible.",
    ),
    "logement.stay.booked.v1": Words(
        "Séjour réservé", "Un logement est pris, du premier jour au jour du départ (exclu)."
    ),
    "logement.stay.cancelled.v1": Words(
        "Séjour annulé", "Le séjour n’aura pas lieu ; le logement est libre."
    ),
    "notifications.message.sent.v1": Words(
        "Message parti", "Le serveur de messagerie a pris le message."
    ),
    "notifications.message.failed.v1": Words(
        "Message en échec", "Le message ne partira pas en l’état ; la raison est un code."
    ),
}

FIELDS: Final = {
    "occurred_at": "quand cela s’est passé (UTC)",
    "origin": "`live`, ou `reprise` pour un historique importé, qui n’envoie jamais de message",
    "account_id": "le compte",
    "roles": "ses rôles",
    "active": "s’il peut encore entrer",
    "before": "le moment avant lequel les sessions sont fermées",
    "person_id": "la personne (identifiant opaque)",
    "canonical_id": "l’identifiant qui la désigne désormais",
    "elu_id": "la personne élue qui présente (identifiant opaque)",
    "card_version": "la version de sa fiche à attendre avant de lui écrire",
    "channel": "par quelle voie",
    "mission_id": "la mission",
    "role": "à quel titre",
    "met_on": "le jour de la rencontre",
    "rule": "la règle qui a décidé",
    "import_id": "l’import",
    "created": "nombre de personnes créées",
    "updated": "nombre de personnes complétées",
    "in_doubt": "nombre de lignes en doute",
    "refused": "nombre de lignes refusées",
    "event_id": "l’événement",
    "kind": "la nature de l’événement",
    "title": "son titre public",
    "starts_at": "le début (UTC)",
    "ends_at": "la fin (UTC)",
    "place": "le lieu public",
    "commune": "la commune (code INSEE)",
    "capacity": "nombre de places",
    "waiting_list": "s’il y a une liste d’attente",
    "sequence": "le rang de la modification, pour les agendas",
    "slot_id": "le créneau",
    "registration_id": "l’inscription",
    "profile": "la catégorie choisie à l’inscription",
    "promoted": "si la place vient de la liste d’attente",
    "link_epoch": "la génération des liens encore valables",
    "by": "qui a annulé",
    "request_id": "la demande",
    "placement_commune": "la commune du stage (code INSEE)",
    "starts_on": "le premier jour",
    "ends_on": "le jour du départ, exclu",
    "household_size": "nombre de personnes du foyer",
    "proposal_id": "la proposition",
    "offer_id": "l’offre",
    "answer_by": "la date limite de réponse",
    "reason": "la raison (code)",
    "stay_id": "le séjour",
    "dwelling_id": "le logement",
    "dwelling_title": "son titre public",
    "message_id": "le message",
    "template": "le modèle de lettre",
    "cause_id": "l’événement qui a rendu le message dû",
}

TYPES: Final = {
    "uuid": "identifiant",
    "date-time": "instant",
    "date": "date",
    "string": "texte public",
    "integer": "nombre entier",
    "boolean": "oui ou non",
}

_BEFORE: Final = re.compile(r" (?=[:;?!»](?:\s|<|$))")
_AFTER: Final = re.compile(r"(?<=«) ")


def typeset(text: str) -> str:
    """`text` with the non-breaking spaces of French around « » and before : ; ? !"""
    return _AFTER.sub("\u00a0", _BEFORE.sub("\u00a0", text))
