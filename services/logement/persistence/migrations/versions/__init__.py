"""One file per step of that history."""
