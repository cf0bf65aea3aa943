"""States and reasons in the words of the people who read the log."""

from services.notifications.domain.message import Reason, State

STATES: dict[str, str] = {
    State.AWAITING_CARD: "En attente des coordonnées",
    State.PENDING: "À envoyer",
    State.SENDING: "Envoi en cours",
    State.SENT: "Envoyé",
    State.DEFERRED: "Nouvel essai prévu",
    State.FAILED: "Non remis",
    State.UNKNOWN: "Remise incertaine",
    State.CANCELLED: "Annulé",
}

KINDS: dict[str, str] = {
    State.AWAITING_CARD: "neutral",
    State.PENDING: "info",
    State.SENDING: "info",
    State.SENT: "success",
    State.DEFERRED: "warning",
    State.FAILED: "danger",
    State.UNKNOWN: "warning",
    State.CANCELLED: "neutral",
}
"""The colour that goes with each state, never without its word."""

REASONS: dict[str, str] = {
    Reason.NO_ADDRESS: "aucune adresse e-mail utilisable",
    Reason.REFUSED: "le serveur de messagerie a refusé le message",
    Reason.GIVEN_UP: "abandonné après 48\u00a0heures d’essais",
    Reason.UNKNOWN: "le serveur n’a pas dit s’il avait pris le message",
    Reason.NO_LONGER_TRUE: "le message n’était plus d’actualité",
    Reason.ERASED: "les données de la personne ont été effacées",
    Reason.UNREACHABLE: "le serveur de messagerie ne répond pas",
    Reason.NOT_NOW: "le serveur de messagerie demande d’attendre",
    Reason.SENDER_DIED: "l’envoi a été interrompu",
    Reason.ASKED_AGAIN: "renvoi demandé",
    Reason.FACTS_MISSING: "une information manque encore",
}


def state_in_words(state: str) -> str:
    """The state as people say it, such as « Envoyé » or « Non remis »."""
    return STATES.get(state, state)


def reason_in_words(reason: str | None) -> str:
    """Why, or nothing."""
    return "" if reason is None else REASONS.get(reason, "")
