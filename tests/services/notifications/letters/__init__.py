"""The letters themselves, as they are sent."""
