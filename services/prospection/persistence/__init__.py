"""SQL of prospection that matters, and its migrations."""
