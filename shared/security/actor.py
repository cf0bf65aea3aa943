"""The person, or the program, on whose behalf a request is made."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What somebody may be here (design §6)."""

    PROSPECTION = "prospection"
    EVENEMENTS = "evenements"
    LOGEMENT = "logement"
    AIDES = "aides"
    PILOTAGE = "pilotage"
    DIRECTION = "direction"
    GUICHET = "guichet"
    ANIMATION = "animation"
    ELU = "elu"
    PARTENAIRE = "partenaire"
    DPO = "dpo"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts. `display_name` is shown to themselves only; it is None for programs."""

    account_id: UUID
    roles: frozenset[str]
    display_name: str | None = None

    def may(self, *roles: str) -> bool:
        """Whether one of `roles` is theirs; an administrator passes everywhere."""
        return Role.ADMIN in self.roles or not self.roles.isdisjoint(roles)
