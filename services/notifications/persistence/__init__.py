"""How messages and the facts they rest on are kept in PostgreSQL."""
