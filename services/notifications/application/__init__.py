"""What can happen to a message, one file each."""
