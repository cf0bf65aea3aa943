"""Dwellings, offers, applicants, requests, proposals, stays, and the first ranking rules."""

import json

from alembic import op

from shared.messaging.schema import V1 as MESSAGING
from shared.persistence.migrations import run_sql
from shared.security.schema import V1 as SECURITY
from shared.territory.schema import V1 as TERRITORY

revision = "logement_0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE matching_rules (
    valid_from date PRIMARY KEY,
    parameters jsonb NOT NULL
);

CREATE TABLE dwelling (
    id uuid PRIMARY KEY,
    title varchar NOT NULL,
    address varchar NOT NULL,
    commune varchar NOT NULL,
    commune_name varchar NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    exact_position boolean NOT NULL,
    kind varchar NOT NULL CHECK (kind IN ('room', 'studio', 'flat', 'house')),
    surface_m2 integer NOT NULL CHECK (surface_m2 > 0),
    rooms integer NOT NULL CHECK (rooms > 0),
    sleeps integer NOT NULL CHECK (sleeps > 0),
    furnished boolean NOT NULL,
    dpe varchar CHECK (dpe IN ('A', 'B', 'C', 'D', 'E', 'F', 'G')),
    accessible boolean NOT NULL,
    transport_near boolean NOT NULL,
    owner_name varchar NOT NULL,
    owner_contact varchar NOT NULL,
    state varchar NOT NULL CHECK (state IN ('active', 'retired')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE offer (
    id uuid PRIMARY KEY,
    dwelling_id uuid NOT NULL REFERENCES dwelling (id),
    available_from date NOT NULL,
    available_to date NOT NULL,
    rent_cents integer NOT NULL CHECK (rent_cents >= 0),
    published boolean NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (available_from < available_to)
);
CREATE INDEX ix_offer_dwelling_id ON offer (dwelling_id);

CREATE TABLE applicant (
    person_id uuid PRIMARY KEY,
    first_name varchar NOT NULL,
    last_name varchar NOT NULL,
    email varchar NOT NULL,
    phone varchar,
    email_key varchar NOT NULL,
    name_key varchar NOT NULL,
    created_at timestamptz NOT NULL,
    erased_at timestamptz,
    CONSTRAINT applicant_who UNIQUE (email_key, name_key)
);

CREATE TABLE request (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES applicant (person_id),
    placement_commune varchar NOT NULL,
    placement_name varchar NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    budget_cents integer NOT NULL CHECK (budget_cents > 0),
    has_car boolean NOT NULL,
    household_size integer NOT NULL CHECK (household_size > 0),
    children integer NOT NULL CHECK (children >= 0),
    needs_accessible boolean NOT NULL,
    notes varchar NOT NULL,
    consent_news boolean NOT NULL,
    state varchar NOT NULL CHECK (state IN ('open', 'proposed', 'placed', 'abandoned')),
    state_since timestamptz NOT NULL,
    link_epoch integer NOT NULL,
    idempotency_key varchar UNIQUE,
    idempotency_digest varchar,
    link_asked_at timestamptz,
    created_at timestamptz NOT NULL,
    CHECK (starts_on < ends_on)
);
CREATE INDEX ix_request_person_id ON request (person_id);

CREATE TABLE proposal (
    id uuid PRIMARY KEY,
    offer_id uuid NOT NULL REFERENCES offer (id),
    dwelling_id uuid NOT NULL REFERENCES dwelling (id),
    request_id uuid NOT NULL REFERENCES request (id),
    person_id uuid NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    rent_cents integer NOT NULL,
    state varchar NOT NULL
        CHECK (state IN ('made', 'accepted', 'declined', 'expired', 'withdrawn')),
    close_reason varchar CHECK (close_reason IN ('person', 'taken', 'expired', 'withdrawn')),
    answer_by timestamptz NOT NULL,
    answered_at timestamptz,
    link_epoch integer NOT NULL,
    snapshot jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (starts_on < ends_on)
);
CREATE INDEX ix_proposal_offer_id ON proposal (offer_id);
CREATE INDEX ix_proposal_dwelling_id ON proposal (dwelling_id);
CREATE INDEX ix_proposal_request_id ON proposal (request_id);

CREATE TABLE stay (
    id uuid PRIMARY KEY,
    dwelling_id uuid NOT NULL REFERENCES dwelling (id),
    person_id uuid NOT NULL,
    request_id uuid NOT NULL REFERENCES request (id),
    proposal_id uuid NOT NULL UNIQUE REFERENCES proposal (id),
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    state varchar NOT NULL CHECK (state IN ('booked', 'cancelled')),
    link_epoch integer NOT NULL,
    created_at timestamptz NOT NULL,
    cancelled_at timestamptz,
    CHECK (starts_on < ends_on),
    CONSTRAINT stay_no_overlap EXCLUDE USING gist (
        dwelling_id WITH =, daterange(starts_on, ends_on, '[)') WITH &&
    ) WHERE (state = 'booked')
);
CREATE INDEX ix_stay_dwelling_id ON stay (dwelling_id);
CREATE INDEX ix_stay_person_id ON stay (person_id);
CREATE INDEX ix_stay_request_id ON stay (request_id);
"""

# The agency's first setting, to be tuned by a new dated row. The energy classes are the law's
# (loi n° 2021-1104, art. 160), the lease's months too (loi n° 89-462, art. 25-12 s.).
FIRST_RULES = {
    "road_factor": 1.3,
    "walk_bike_km": 3,
    "transport_km": 40,
    "car_green_km": 20,
    "car_amber_km": 40,
    "budget_amber_percent": 10,
    "missing_amber_percent": 20,
    "minimum_surface_m2": 9,
    "comfort_surface_per_person_m2": 12,
    "lease_min_months": 1,
    "lease_max_months": 10,
    "amber_percent": 50,
    "answer_days": 7,
    "weights": {
        "dates": 30,
        "budget": 25,
        "distance": 25,
        "size": 10,
        "accessibility": 10,
        "dpe": 5,
        "lease": 5,
    },
    "dpe_bars": [
        {"dpe": "G", "barred_from": "2025-01-01"},
        {"dpe": "F", "barred_from": "2028-01-01"},
        {"dpe": "E", "barred_from": "2034-01-01"},
    ],
}


def upgrade() -> None:
    """Create every table and seed the first rules."""
    import sqlalchemy as sa

    for script in (MESSAGING, SECURITY, TERRITORY, TABLES):
        run_sql(op, script)
    op.get_bind().execute(
        sa.text(
            "INSERT INTO matching_rules (valid_from, parameters) "
            "VALUES (DATE '2021-08-24', CAST(:parameters AS jsonb))"
        ),
        {"parameters": json.dumps(FIRST_RULES)},
    )


def downgrade() -> None:
    """There is nothing before the first step."""
    raise NotImplementedError("the first migration has no way back")
