"""Alembic migrations of the prospection database."""
