"""Tests of what services say to each other."""
