"""The history of the tables of identity."""
