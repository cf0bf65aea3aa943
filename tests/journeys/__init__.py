"""The stories that must work, over real HTTP, NATS, PostgreSQL and SMTP, and in a browser."""
