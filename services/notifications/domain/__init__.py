"""What a message owed is, what state it may be in, and what is known of its subject."""
