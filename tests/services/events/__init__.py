"""Tests of events: rules, seats under contention, pages, API."""
