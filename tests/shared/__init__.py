"""Tests of the platform; the tree mirrors the code."""
