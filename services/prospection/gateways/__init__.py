"""What prospection reads from the outside world: the files people upload."""
