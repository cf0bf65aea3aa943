"""The rules and the tables of prospection."""
