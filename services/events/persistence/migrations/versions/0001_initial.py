"""First tables of events, and the kinds of events the agency holds today."""

from alembic import op

from shared.messaging.schema import V1 as MESSAGING_V1
from shared.persistence.migrations import run_sql
from shared.security.schema import V1 as SECURITY_V1
from shared.territory.schema import V1 as TERRITORY_V1

revision = "events_0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE event_kind (
    code varchar PRIMARY KEY,
    label varchar NOT NULL,
    rank integer NOT NULL
);
INSERT INTO event_kind (code, label, rank) VALUES
    ('soiree_accueil', 'Soirée d’accueil', 1),
    ('zoom_territorial', 'Zoom territorial', 2),
    ('conference_departementale', 'Conférence départementale', 3),
    ('rencontre_individuelle', 'Rencontre individuelle', 4),
    ('conseil', 'Conseil des maires ou communautaire', 5),
    ('rassemblement', 'Rassemblement organisé par un tiers', 6),
    ('atelier_college', 'Atelier en collège', 7),
    ('soiree_prestige', 'Soirée de prestige', 8);

CREATE TABLE privacy_notice (
    version integer PRIMARY KEY,
    effective_on date NOT NULL,
    body varchar NOT NULL
);

CREATE TABLE event (
    id uuid PRIMARY KEY,
    kind varchar NOT NULL REFERENCES event_kind (code),
    title varchar NOT NULL,
    description varchar NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    place varchar NOT NULL,
    address varchar NOT NULL,
    commune varchar NOT NULL,
    contact_email varchar NOT NULL,
    state varchar NOT NULL CHECK (state IN ('draft', 'published', 'cancelled')),
    sequence integer NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (ends_at > starts_at)
);
CREATE INDEX ix_event_starts_at ON event (starts_at);

CREATE TABLE event_seats (
    event_id uuid PRIMARY KEY REFERENCES event (id),
    capacity integer NOT NULL,
    confirmed integer NOT NULL,
    waitlisted integer NOT NULL,
    last_position integer NOT NULL,
    waiting_list boolean NOT NULL,
    open boolean NOT NULL,
    closes_at timestamptz NOT NULL,
    CONSTRAINT event_seats_capacity_positive CHECK (capacity >= 1),
    CONSTRAINT event_seats_never_oversold CHECK (confirmed BETWEEN 0 AND capacity),
    CONSTRAINT event_seats_waitlisted_positive CHECK (waitlisted >= 0)
) WITH (fillfactor = 50);

CREATE TABLE participant (
    person_id uuid PRIMARY KEY,
    last_name varchar NOT NULL,
    first_name varchar NOT NULL,
    email varchar NOT NULL,
    email_key varchar NOT NULL,
    name_key varchar NOT NULL,
    phone varchar,
    created_at timestamptz NOT NULL,
    CONSTRAINT participant_email_name_unique UNIQUE (email_key, name_key)
);

CREATE TABLE registration (
    id uuid PRIMARY KEY,
    event_id uuid NOT NULL REFERENCES event (id),
    person_id uuid NOT NULL REFERENCES participant (person_id),
    email_key varchar NOT NULL,
    status varchar NOT NULL CHECK (status IN ('confirmed', 'waitlisted', 'cancelled')),
    position integer,
    profile varchar NOT NULL,
    phone varchar,
    consent boolean NOT NULL,
    notice_version integer NOT NULL,
    link_epoch integer NOT NULL,
    registered_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    cancelled_at timestamptz,
    cancelled_by varchar,
    CHECK ((status = 'waitlisted') = (position IS NOT NULL))
);
CREATE UNIQUE INDEX registration_one_active_per_email ON registration (event_id, email_key)
    WHERE status <> 'cancelled';
CREATE INDEX registration_of_event ON registration (event_id, status, position);
CREATE INDEX ix_registration_person_id ON registration (person_id);

CREATE TABLE idempotency_key (
    key_hash varchar PRIMARY KEY,
    fingerprint varchar NOT NULL,
    response_status integer,
    response_body varchar,
    created_at timestamptz NOT NULL
);
CREATE INDEX ix_idempotency_key_created_at ON idempotency_key (created_at);

CREATE TABLE zoom_slot (
    id uuid PRIMARY KEY,
    event_id uuid NOT NULL REFERENCES event (id),
    commune varchar NOT NULL,
    elu_id uuid NOT NULL REFERENCES participant (person_id),
    elu_function varchar NOT NULL,
    title varchar NOT NULL,
    starts_at timestamptz NOT NULL,
    minutes integer NOT NULL CHECK (minutes BETWEEN 1 AND 480),
    created_at timestamptz NOT NULL
);
CREATE INDEX ix_zoom_slot_event_id ON zoom_slot (event_id);
CREATE INDEX ix_zoom_slot_elu_id ON zoom_slot (elu_id);
"""


def upgrade() -> None:
    """Create everything."""
    for schema in (MESSAGING_V1, SECURITY_V1, TERRITORY_V1, TABLES):
        run_sql(op, schema)
