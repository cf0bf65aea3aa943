"""A refusal is a sentence for the person, never a bug."""

from typing import ClassVar


class Refused(Exception):
    """The rules say no, and say why in French.

    Subclasses fix `type` (stable slug of the problem, RFC 9457), `status` (HTTP status) and
    `reason` (the sentence shown). A more precise sentence, or the field in fault, may be given
    when it is raised.
    """

    type: ClassVar[str] = "refus"
    status: ClassVar[int] = 409
    reason: str = "Cette action n'est pas possible."

    def __init__(self, reason: str | None = None, *, field: str | None = None) -> None:
        self.reason = reason or type(self).reason
        self.field = field
        super().__init__(self.reason)


class NotFound(Refused):
    """What was asked for does not exist, or is not shown to this person."""

    type: ClassVar[str] = "introuvable"
    status: ClassVar[int] = 404
    reason = "Cette page ou cet élément n'existe pas, ou n'existe plus."


class Invalid(Refused):
    """What was typed cannot be accepted; `field` names where."""

    type: ClassVar[str] = "saisie-invalide"
    status: ClassVar[int] = 422
    reason = "La saisie contient une erreur."
