"""The whole registration of a newcomer in one call, so that the seats are never held by a wait."""

from alembic import op

revision = "events_0004"
down_revision = "events_0003"
branch_labels = None
depends_on = None

# `begin_registration` and `take_seat` in one call, for the ordinary case: a key never seen, a
# person never met, a seat free. Anything else leaves no trace and answers NULL: the caller takes
# the two steps, which know every refusal. Unlocked reads come first: they spare a vain attempt.
REGISTER_NEWCOMER = """
CREATE FUNCTION register_newcomer(
    p_key varchar, p_fingerprint varchar, p_event uuid, p_person uuid, p_last_name varchar,
    p_first_name varchar, p_email varchar, p_email_key varchar, p_name_key varchar,
    p_phone varchar, p_now timestamptz, p_registration uuid, p_profile varchar,
    p_consent boolean, p_notice integer, p_said jsonb
) RETURNS varchar
LANGUAGE plpgsql AS $$
DECLARE
    begun record;
    taken record;
BEGIN
    IF EXISTS (SELECT FROM idempotency_key WHERE key_hash = p_key)
        OR EXISTS (SELECT FROM participant
                   WHERE email_key = p_email_key AND name_key = p_name_key)
        OR NOT EXISTS (SELECT FROM event_seats
                       WHERE event_id = p_event AND open AND p_now < closes_at
                         AND (waiting_list OR confirmed < capacity)) THEN
        RETURN NULL;
    END IF;
    BEGIN
        SELECT * INTO begun FROM begin_registration(p_key, p_fingerprint, p_event, p_person,
            p_last_name, p_first_name, p_email, p_email_key, p_name_key, p_phone, p_now);
        IF begun.outcome <> 'go' OR begun.person <> p_person THEN
            RAISE EXCEPTION USING ERRCODE = 'AN001';
        END IF;
        SELECT * INTO taken FROM take_seat(p_registration, p_event, p_person, p_email_key,
            p_profile, p_phone, p_consent, p_notice, p_now, p_key, p_said);
        IF taken.body IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'AN001';
        END IF;
        RETURN taken.body;
    EXCEPTION WHEN SQLSTATE 'AN001' THEN
        RETURN NULL;
    END;
END $$
"""


def upgrade() -> None:
    """Create the function."""
    op.execute(REGISTER_NEWCOMER)
