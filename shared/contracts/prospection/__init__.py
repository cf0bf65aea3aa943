"""What prospection says to the other services."""
