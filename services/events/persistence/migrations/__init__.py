"""The history of the tables of events."""
