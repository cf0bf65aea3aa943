"""What pages and the API show: one file, one thing."""
