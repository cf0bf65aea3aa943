"""Gestures and events in people's words, for the chain of causes."""

from typing import Final

GESTURES: Final = {
    "events: POST /soirees/{event_id}/inscriptions": "Inscription sur la page publique",
    "events: POST /api/v1/events/{event_id}/registrations": "Inscription par un site partenaire",
    "events: POST /inscription/annulation": "Annulation par la personne, depuis son lien",
    "events: POST /inscription/lien": "Demande d'un nouveau lien",
    "events: POST /agence/soirees/{event_id}/publication": "Publication d'une soirée",
    "events: POST /agence/soirees/{event_id}/annulation": "Annulation d'une soirée",
    "events: POST /agence/soirees/{event_id}/modification": "Modification d'une soirée",
    "events: POST /agence/soirees/{event_id}/inscriptions/{registration_id}/annulation": (
        "Annulation d'une inscription par l'agence"
    ),
    "events: POST /agence/soirees/{event_id}/zooms": "Ajout d'un zoom territorial",
    "logement: POST /demande/envoi": "Demande de logement sur la page publique",
    "logement: POST /demande/abandon": "Abandon de la demande, depuis son lien",
    "logement: POST /proposition/acceptation": "Acceptation du logement, depuis le lien",
    "logement: POST /proposition/refus": "Refus du logement, depuis le lien",
    "prospection: POST /imports/{import_id}/confirmation": "Confirmation d'un import",
    "prospection: POST /api/v1/imports/{import_id}/confirmation": "Confirmation d'un import",
    "prospection: POST /personnes/nouvelle": "Saisie d'une nouvelle personne",
    "prospection: POST /doutes/{doubt_id}": "Réponse à un doute",
    "prospection: POST /doutes/{doubt_id}/annulation": "Réponse à un doute reprise",
    "prospection: POST /personnes/{person_id}/limitation": "Limitation du traitement",
}
SERVICES: Final = {
    "prospection": "Personnes",
    "events": "Événements",
    "logement": "Logement & mobilité",
    "notifications": "Messages",
    "identity": "Comptes",
}
EVENTS: Final = {
    "prospection.person.met.v1": "Première rencontre",
    "prospection.person.resolved.v1": "Fiches rapprochées",
    "prospection.person.restricted.v1": "Traitement limité",
    "prospection.person.unrestricted.v1": "Limitation levée",
    "prospection.import.confirmed.v1": "Liste de contacts importée",
    "events.event.published.v1": "Soirée publiée",
    "events.event.changed.v1": "Soirée modifiée",
    "events.event.cancelled.v1": "Soirée annulée",
    "events.zoom.planned.v1": "Zoom territorial prévu",
    "events.registration.confirmed.v1": "Place confirmée",
    "events.registration.waitlisted.v1": "Mise en liste d'attente",
    "events.registration.cancelled.v1": "Inscription annulée",
    "events.registration.link-requested.v1": "Nouveau lien demandé",
    "logement.request.opened.v1": "Demande de logement",
    "logement.request.placed.v1": "Demande satisfaite",
    "logement.proposal.made.v1": "Logement proposé",
    "logement.proposal.accepted.v1": "Proposition acceptée",
    "logement.proposal.declined.v1": "Proposition sans suite",
    "logement.stay.booked.v1": "Logement réservé",
    "logement.stay.cancelled.v1": "Séjour annulé",
    "notifications.message.sent.v1": "E-mail envoyé",
    "notifications.message.failed.v1": "E-mail non remis",
    "identity.account.changed.v1": "Compte modifié",
    "identity.session.revoked.v1": "Sessions fermées",
}


def event_words(subject: str) -> str:
    """What happened, in words; an unknown kind stays vague rather than technical."""
    return EVENTS.get(subject, "Autre étape")


def action_words(action: str) -> str:
    """The gesture at the start of a chain, in words."""
    if action in GESTURES:
        return GESTURES[action]
    service, _, gesture = action.partition(": ")
    place = SERVICES.get(service)
    if place is None or not gesture:
        return "Tâche automatique"
    by = "par un logiciel" if "/api/" in gesture else "sur une page"
    return f"Action {by}, dans {place}"
