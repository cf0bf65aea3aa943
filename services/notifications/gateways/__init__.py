"""What notifications talks to outside the platform: the mail server."""
