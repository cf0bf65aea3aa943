"""What an account is, and what it may become."""
