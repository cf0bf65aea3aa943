"""What events says to the other services."""
