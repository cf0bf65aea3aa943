"""Ancrage on one laptop: real PostgreSQL and NATS from wheels, every service behind one address."""
