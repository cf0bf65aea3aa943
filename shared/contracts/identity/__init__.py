"""What identity says to the other services."""
