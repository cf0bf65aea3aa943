"""Why a question about a place may be refused, with the sentence shown to the person."""

from shared.contracts.refusal import NotFound


class CommuneUnknown(NotFound):
    """No commune, of today nor of before, has this INSEE code."""

    reason = "Aucune commune n'a ce code INSEE."
