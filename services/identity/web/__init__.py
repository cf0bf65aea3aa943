"""Signing in, administering accounts, and their API."""
