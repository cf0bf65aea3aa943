"""The history of the tables of notifications."""
