"""Base class of every table that events owns."""

from sqlmodel import SQLModel

from shared.persistence.tables import new_registry


class EventsTable(SQLModel, registry=new_registry()):
    """Keeps the tables of events in a registry of their own."""
