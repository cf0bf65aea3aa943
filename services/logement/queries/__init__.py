"""What logement shows: one file per thing shown."""
