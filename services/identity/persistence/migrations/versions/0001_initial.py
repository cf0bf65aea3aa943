"""The tables of identity, and those of the rooms it stands on."""

from alembic import op

from shared.messaging import schema as messaging
from shared.persistence.migrations import run_sql
from shared.security import schema as security

revision = "identity_0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE account (
    id uuid PRIMARY KEY,
    issuer text NOT NULL,
    subject text NOT NULL,
    last_name text NOT NULL,
    first_name text NOT NULL,
    email text,
    title text NOT NULL DEFAULT '',
    roles text[] NOT NULL DEFAULT '{}',
    territories text[] NOT NULL DEFAULT '{}',
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    signed_in_at timestamptz,
    CONSTRAINT account_known_once UNIQUE (issuer, subject)
);
"""


def upgrade() -> None:
    """Create everything."""
    for sql in (messaging.V1, security.V1, TABLES):
        run_sql(op, sql)


def downgrade() -> None:
    """Refuse: there is nothing before the first state."""
    raise NotImplementedError("identity_0001 is the first state of the tables")
