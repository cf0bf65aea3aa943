"""The history of the tables of logement."""
