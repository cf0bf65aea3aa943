"""Tests of the rules of logement."""
