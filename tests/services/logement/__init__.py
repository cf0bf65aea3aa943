"""Tests of logement."""
