"""Tables of the room, created by the first migration of every service."""

V1 = """
CREATE TABLE journal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL,
    subject text NOT NULL,
    aggregate text NOT NULL,
    aggregate_id uuid NOT NULL,
    version bigint NOT NULL,
    headers jsonb NOT NULL,
    payload text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    stream_seq bigint,
    attempts integer NOT NULL DEFAULT 0,
    parked_at timestamptz,
    last_error text,
    UNIQUE (aggregate, aggregate_id, version)
);
CREATE INDEX journal_to_publish ON journal (id) WHERE stream_seq IS NULL;
CREATE INDEX journal_parked ON journal (aggregate_id) WHERE parked_at IS NOT NULL;

CREATE TABLE aggregate_sequence (
    aggregate text NOT NULL,
    aggregate_id uuid NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (aggregate, aggregate_id)
);

CREATE TABLE card_mark (
    person_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    sent_version bigint NOT NULL DEFAULT 0,
    ever_sent boolean NOT NULL DEFAULT false
);
CREATE INDEX card_mark_to_publish ON card_mark (person_id) WHERE sent_version < version;

CREATE TABLE directory (
    person_id uuid NOT NULL,
    speaker text NOT NULL,
    version bigint NOT NULL DEFAULT 0,
    canonical_id uuid,
    last_name text,
    first_name text,
    email text,
    phone text,
    language text,
    erased_at timestamptz,
    PRIMARY KEY (person_id, speaker)
);

CREATE TABLE position (
    reader text NOT NULL,
    aggregate_id uuid NOT NULL,
    version bigint NOT NULL,
    blocked boolean NOT NULL DEFAULT false,
    PRIMARY KEY (reader, aggregate_id)
);

CREATE TABLE reader_state (
    reader text PRIMARY KEY,
    live_since timestamptz NOT NULL
);

CREATE TABLE dead_letter (
    id uuid PRIMARY KEY,
    reader text NOT NULL,
    event_id uuid NOT NULL,
    subject text NOT NULL,
    aggregate_id uuid NOT NULL,
    version bigint NOT NULL,
    headers jsonb NOT NULL,
    payload text NOT NULL,
    error text NOT NULL,
    follows boolean NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'replayed', 'discarded')),
    recorded_at timestamptz NOT NULL,
    settled_at timestamptz,
    settled_by uuid,
    discard_reason text,
    UNIQUE (reader, event_id)
);
CREATE INDEX dead_letter_open ON dead_letter (reader, aggregate_id, version) WHERE state = 'open';

CREATE TABLE dead_letter_audit (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    who uuid,
    action text NOT NULL,
    letter_id uuid NOT NULL,
    reader text NOT NULL,
    subject text NOT NULL,
    detail text
);
CREATE FUNCTION dead_letter_audit_stays() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN RAISE EXCEPTION ''dead_letter_audit is append-only''; END';
CREATE TRIGGER dead_letter_audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON dead_letter_audit
    FOR EACH STATEMENT EXECUTE FUNCTION dead_letter_audit_stays();
"""
