"""PostgreSQL of events: functions taking a session, and the migrations."""
