"""Why prospection may say no, with the sentence shown to the person."""

from typing import ClassVar

from shared.contracts.refusal import Invalid, NotFound, Refused


class PersonUnknown(NotFound):
    """No person has this id."""

    reason = "Cette personne n'existe pas, ou n'existe plus."


class MissionUnknown(NotFound):
    """No congress nor visit has this id."""

    reason = "Ce congrès ou cette visite n'existe pas."


class ImportUnknown(NotFound):
    """No import has this id."""

    reason = "Cet import n'existe pas."


class DoubtUnknown(NotFound):
    """No doubt has this id."""

    reason = "Ce doute n'existe pas, ou a déjà été tranché."


class ChainUnknown(NotFound):
    """Nothing heard so far has this event id."""

    reason = "L'origine de cette ligne n'est pas encore connue. Réessayez dans un instant."


class PersonIsRestricted(Refused):
    """RGPD art. 18: data may be kept, not used nor changed."""

    type: ClassVar[str] = "traitement-limite"
    reason = (
        "Le traitement des données de cette personne est limité à sa demande : "
        "levez d'abord la limitation."
    )


class ImportNotReady(Refused):
    """The dry run is not finished, or the import is already over."""

    type: ClassVar[str] = "import-pas-pret"
    reason = "Cet import n'est plus (ou pas encore) à confirmer."


class LineNotInDoubt(Refused):
    """A decision is only asked for lines in doubt, before the confirmation."""

    type: ClassVar[str] = "ligne-sans-doute"
    reason = "Cette ligne n'attend pas de décision."


class DoubtSettled(Refused):
    """Somebody already answered."""

    type: ClassVar[str] = "doute-tranche"
    reason = "Ce doute a déjà été tranché. Vous pouvez annuler la décision."


class EmailTaken(Invalid):
    """Somebody with this e-mail and this name is already known."""

    type: ClassVar[str] = "personne-deja-connue"
    status: ClassVar[int] = 409
    reason = "Une personne du même nom avec cette adresse e-mail est déjà enregistrée."
