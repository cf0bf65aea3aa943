"""An account of somebody who works here."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.identity.domain.base import IdentityTable
from services.identity.domain.roles import known_roles
from shared.contracts.refusal import Invalid, NotFound, Refused
from shared.persistence.tables import UTCDateTime, uuid7

LOCAL = "local"
"""The issuer of accounts made here, before an organisation's directory is plugged in."""

NAME_LENGTH = 80


class AccountNotFound(NotFound):
    """No account has this id."""

    reason = "Ce compte n’existe pas."


class AccountNameMissing(Invalid):
    """Both names are needed: they are shown to colleagues."""

    reason = "Indiquez un nom et un prénom."


class LastAdministrator(Refused):
    """Somebody must remain able to administer accounts."""

    type = "dernier-administrateur"
    reason = (
        "C’est le dernier compte d’administration actif\u00a0: donnez d’abord ce rôle à un autre."
    )


class OwnAccount(Refused):
    """Nobody locks the door behind themselves by mistake."""

    type = "compte-personnel"
    reason = "Vous ne pouvez pas désactiver votre propre compte."


class AccountInactive(Refused):
    """The account exists, but may no longer sign in."""

    type = "compte-inactif"
    status = 403
    reason = "Ce compte est désactivé. Adressez-vous à la personne qui administre Ancrage."


class Account(IdentityTable, table=True):
    """Who somebody is to an issuer, and what they may do here; the key is never the e-mail."""

    __tablename__ = "account"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    issuer: str = LOCAL
    subject: str
    last_name: str
    first_name: str
    email: str | None = None
    title: str = ""
    roles: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    territories: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    active: bool = True
    created_at: datetime = Field(sa_type=UTCDateTime)
    changed_at: datetime = Field(sa_type=UTCDateTime)
    signed_in_at: datetime | None = Field(default=None, sa_type=UTCDateTime)

    @property
    def display_name(self) -> str:
        """The name colleagues see."""
        return f"{self.first_name} {self.last_name}".strip()

    def describe(self, *, first_name: str, last_name: str, title: str, now: datetime) -> None:
        """Change the names and the job. Raises AccountNameMissing."""
        self.first_name, self.last_name = clean_name(first_name), clean_name(last_name)
        self.title = clean_name(title)
        if not self.first_name or not self.last_name:
            field = "first_name" if not self.first_name else "last_name"
            raise AccountNameMissing(field=field)
        self.changed_at = now

    def give(self, roles: list[str], now: datetime) -> None:
        """Replace the roles by those of `roles` that exist."""
        self.roles = known_roles(roles)
        self.changed_at = now


def clean_name(name: str) -> str:
    """The name without spare spaces nor invisible characters, at most as long as it may be."""
    seen = "".join(char for char in name if char.isprintable() or char.isspace())
    return " ".join(seen.split())[:NAME_LENGTH]
