"""How accounts are kept in PostgreSQL."""
