"""The tables of prospection, and those of the shared rooms."""

from alembic import op

from shared.messaging import schema as messaging
from shared.persistence.migrations import run_sql
from shared.security import schema as security
from shared.territory import schema as territory

revision = "prospection_0001"
down_revision = None
branch_labels = None
depends_on = None

PEOPLE = """
CREATE TABLE organisation (
    id uuid PRIMARY KEY,
    kind varchar NOT NULL,
    name varchar NOT NULL,
    name_key varchar NOT NULL,
    city varchar,
    verified boolean NOT NULL
);
CREATE UNIQUE INDEX organisation_by_name ON organisation (kind, name_key);

CREATE TABLE mission (
    id uuid PRIMARY KEY,
    kind varchar NOT NULL,
    title varchar NOT NULL,
    title_key varchar NOT NULL,
    organisation_id uuid REFERENCES organisation (id),
    place varchar,
    audience varchar,
    starts_on date,
    ends_on date,
    verified boolean NOT NULL,
    source varchar,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX mission_by_title ON mission (kind, title_key);
CREATE INDEX mission_by_date ON mission (starts_on);

CREATE TABLE person (
    id uuid PRIMARY KEY,
    canonical_id uuid NOT NULL,
    source varchar NOT NULL,
    channel varchar NOT NULL,
    mission_id uuid,
    last_name varchar NOT NULL,
    first_name varchar NOT NULL,
    last_key varchar NOT NULL,
    first_key varchar NOT NULL,
    email varchar,
    email_key varchar,
    phone varchar,
    details json NOT NULL,
    restricted_at timestamptz,
    erased_at timestamptz,
    met_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    card_version integer NOT NULL,
    CONSTRAINT person_erased_is_empty CHECK (erased_at IS NULL OR email IS NULL)
);
CREATE INDEX person_by_name ON person (last_key, first_key, id);
CREATE INDEX person_by_email ON person (email_key);
CREATE INDEX person_by_canonical ON person (canonical_id);
CREATE INDEX person_by_mission ON person (mission_id);

CREATE TABLE role (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    role varchar NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    proof varchar NOT NULL,
    CONSTRAINT role_dates CHECK (ends_on IS NULL OR ends_on >= starts_on)
);
CREATE UNIQUE INDEX role_open_once ON role (person_id, role) WHERE ends_on IS NULL;

CREATE TABLE doubt (
    id uuid PRIMARY KEY,
    first_id uuid NOT NULL REFERENCES person (id),
    second_id uuid NOT NULL REFERENCES person (id),
    reason varchar NOT NULL,
    state varchar NOT NULL,
    rule varchar,
    opened_at timestamptz NOT NULL,
    settled_at timestamptz,
    settled_by uuid,
    CONSTRAINT doubt_pair_in_order CHECK (first_id < second_id)
);
CREATE UNIQUE INDEX doubt_pair ON doubt (first_id, second_id);
CREATE INDEX doubt_by_second ON doubt (second_id);
CREATE INDEX doubt_by_state ON doubt (state, opened_at);
"""

IMPORTS = """
CREATE TABLE import_batch (
    id uuid PRIMARY KEY,
    mission_id uuid NOT NULL REFERENCES mission (id),
    filename varchar NOT NULL,
    default_role varchar NOT NULL,
    content bytea,
    mapping json NOT NULL,
    columns json NOT NULL,
    warnings json NOT NULL,
    state varchar NOT NULL,
    problem varchar,
    lines integer NOT NULL,
    written integer NOT NULL,
    created integer NOT NULL,
    updated integer NOT NULL,
    in_doubt integer NOT NULL,
    refused integer NOT NULL,
    cause json NOT NULL,
    uploaded_by uuid,
    created_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    erased_at timestamptz
);
CREATE INDEX import_batch_by_mission ON import_batch (mission_id);

CREATE TABLE import_line (
    import_id uuid NOT NULL REFERENCES import_batch (id),
    line integer NOT NULL,
    state varchar NOT NULL,
    reason varchar,
    last_name varchar,
    first_name varchar,
    last_key varchar,
    first_key varchar,
    email varchar,
    email_key varchar,
    phone varchar,
    role varchar,
    details json NOT NULL,
    met_on date,
    person_id uuid,
    like_id uuid,
    same_line integer,
    decision varchar,
    written boolean NOT NULL,
    PRIMARY KEY (import_id, line)
);
CREATE INDEX import_line_by_state ON import_line (import_id, state, line);
"""

STORY = """
CREATE TABLE timeline_line (
    event_id uuid NOT NULL,
    person_id uuid NOT NULL,
    happened_at timestamptz NOT NULL,
    kind varchar NOT NULL,
    facts json NOT NULL,
    PRIMARY KEY (event_id, person_id)
);
CREATE INDEX timeline_line_by_person ON timeline_line (person_id, happened_at);
CREATE INDEX timeline_line_by_time ON timeline_line (happened_at);

CREATE TABLE envelope (
    event_id uuid PRIMARY KEY,
    type varchar NOT NULL,
    speaker varchar NOT NULL,
    aggregate varchar NOT NULL,
    aggregate_id uuid NOT NULL,
    time timestamptz NOT NULL,
    correlation_id uuid,
    causation_id uuid,
    action varchar,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX envelope_by_correlation ON envelope (correlation_id);
CREATE INDEX envelope_by_cause ON envelope (causation_id);

CREATE TABLE known_event (
    event_id uuid PRIMARY KEY,
    kind varchar NOT NULL,
    title varchar NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    place varchar NOT NULL,
    commune varchar NOT NULL,
    capacity integer NOT NULL,
    cancelled boolean NOT NULL
);

CREATE TABLE known_registration (
    registration_id uuid PRIMARY KEY,
    event_id uuid NOT NULL,
    person_id uuid NOT NULL,
    state varchar NOT NULL
);
CREATE INDEX known_registration_by_event ON known_registration (event_id, state);

CREATE TABLE known_request (
    request_id uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    placement_commune varchar NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    household_size integer NOT NULL,
    opened_at timestamptz NOT NULL,
    state varchar NOT NULL
);
"""


def upgrade() -> None:
    """Create everything."""
    for script in (messaging.V1, security.V1, territory.V1, PEOPLE, IMPORTS, STORY):
        run_sql(op, script)


def downgrade() -> None:
    """There is nothing before the first version."""
    raise NotImplementedError
