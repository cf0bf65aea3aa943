"""Every message owed to somebody, sent once, with its reason."""
