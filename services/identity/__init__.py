"""Who works here, with which roles; signs people in on behalf of every service."""
