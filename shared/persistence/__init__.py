"""PostgreSQL for every service: tables, sessions, folding, migrations; no business query."""
