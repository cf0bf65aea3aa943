"""Rules and tables of events: no session, no network, no clock."""
