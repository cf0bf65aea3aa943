"""Prospection: who was met, who is who, and the story of each person across the services."""
