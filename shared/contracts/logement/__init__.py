"""What logement says to the other services."""
