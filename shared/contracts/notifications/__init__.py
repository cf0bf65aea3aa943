"""What notifications says to the other services."""
