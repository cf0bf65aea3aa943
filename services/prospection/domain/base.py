"""Base class of every table that prospection owns."""

from sqlmodel import SQLModel

from shared.persistence.tables import new_registry


class ProspectionTable(SQLModel, registry=new_registry()):
    """Own metadata and registry: two services may name a table alike."""
