"""Open data files, with their README: source, version, licence."""
