"""The services: each owns its truth and speaks to the others by events only."""
