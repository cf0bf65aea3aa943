"""Tests of what somebody can do in logement."""
