"""The tables of logement share one registry, apart from those of the other services."""

from sqlmodel import SQLModel

from shared.persistence.tables import new_registry


class LogementTable(SQLModel, registry=new_registry()):
    """Parent of every table of this service."""
