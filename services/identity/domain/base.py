"""The tables of identity share one registry, apart from those of the other services."""

from sqlmodel import SQLModel

from shared.persistence.tables import new_registry


class IdentityTable(SQLModel, registry=new_registry()):
    """Base of every table of identity."""
