"""Pages and API of prospection."""
