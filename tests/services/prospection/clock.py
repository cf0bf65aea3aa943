"""The moment every test of prospection happens at."""

from datetime import UTC, datetime

NOW = datetime(2027, 3, 26, 9, 0, tzinfo=UTC)
