"""The tables of notifications, and those of the rooms it stands on."""

from alembic import op

from shared.messaging import schema as messaging
from shared.persistence.migrations import run_sql
from shared.security import schema as security
from shared.territory import schema as territory

revision = "notifications_0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE message (
    id uuid PRIMARY KEY,
    cause_id uuid NOT NULL,
    cause_type text NOT NULL,
    cause_at timestamptz NOT NULL,
    person_id uuid NOT NULL,
    speaker text NOT NULL,
    card_version integer NOT NULL,
    template text NOT NULL,
    channel text NOT NULL DEFAULT 'email',
    about_id uuid NOT NULL,
    topic_id uuid,
    context jsonb NOT NULL DEFAULT '{}',
    correlation_id uuid,
    traceparent text,
    header_id text,
    state text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz,
    lease_until timestamptz,
    first_tried_at timestamptz,
    sent_at timestamptz,
    smtp_code integer,
    reason text,
    CONSTRAINT message_owed_once UNIQUE (cause_id, person_id, template, channel),
    CONSTRAINT message_state_known CHECK (state IN
        ('awaiting_card', 'pending', 'sending', 'sent',
         'deferred', 'failed', 'unknown', 'cancelled'))
);
CREATE INDEX message_due ON message (next_at)
    WHERE state IN ('pending', 'deferred', 'unknown') AND next_at IS NOT NULL;
CREATE INDEX message_awaiting ON message (person_id) WHERE state = 'awaiting_card';
CREATE INDEX message_sending ON message (lease_until) WHERE state = 'sending';
CREATE INDEX message_about ON message (about_id);
CREATE INDEX message_topic ON message (topic_id) WHERE topic_id IS NOT NULL;
CREATE INDEX message_person ON message (person_id, id);
CREATE INDEX message_by_state ON message (state, id);

CREATE TABLE message_step (
    id uuid PRIMARY KEY,
    message_id uuid NOT NULL REFERENCES message (id),
    at timestamptz NOT NULL,
    state text NOT NULL,
    reason text,
    smtp_code integer,
    by uuid
);
CREATE INDEX message_step_message ON message_step (message_id, id);

CREATE TABLE known_event (
    event_id uuid PRIMARY KEY,
    kind text NOT NULL,
    title text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    place text NOT NULL,
    commune text NOT NULL,
    sequence integer NOT NULL DEFAULT 0,
    cancelled_at timestamptz
);

CREATE TABLE known_registration (
    registration_id uuid PRIMARY KEY,
    event_id uuid NOT NULL,
    person_id uuid NOT NULL,
    card_version integer NOT NULL,
    state text NOT NULL,
    link_epoch integer NOT NULL DEFAULT 0
);
CREATE INDEX known_registration_event ON known_registration (event_id);

CREATE TABLE known_request (
    request_id uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    card_version integer NOT NULL,
    placement_commune text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    link_epoch integer NOT NULL DEFAULT 0
);

CREATE TABLE known_proposal (
    proposal_id uuid PRIMARY KEY,
    request_id uuid NOT NULL,
    person_id uuid NOT NULL,
    card_version integer NOT NULL
);

CREATE TABLE known_stay (
    stay_id uuid PRIMARY KEY,
    request_id uuid NOT NULL,
    person_id uuid NOT NULL,
    card_version integer NOT NULL,
    dwelling_title text NOT NULL,
    commune text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL
);
"""


def upgrade() -> None:
    """Create everything."""
    for sql in (messaging.V1, security.V1, territory.V1, TABLES):
        run_sql(op, sql)


def downgrade() -> None:
    """Refuse: what was said to people is not forgotten by going back."""
    raise NotImplementedError("notifications_0001 is the first state of the tables")
