"""Tables of the room, created by the first migration of every service."""

V1 = """
CREATE TABLE web_session (
    token_hash bytea PRIMARY KEY,
    account_id uuid NOT NULL,
    roles text[] NOT NULL,
    csrf_token text NOT NULL,
    opened_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX web_session_account ON web_session (account_id);

CREATE TABLE used_ticket (
    ticket_id uuid PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

CREATE TABLE known_account (
    account_id uuid PRIMARY KEY,
    roles text[] NOT NULL,
    active boolean NOT NULL,
    sessions_valid_from timestamptz
);
"""
