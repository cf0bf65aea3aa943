"""Pages and API of logement."""
