"""When the tests take place."""

from datetime import UTC, datetime

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
