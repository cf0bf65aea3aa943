"""Tests of the messaging room, on real servers."""
