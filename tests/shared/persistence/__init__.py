"""Tests of the persistence room."""
